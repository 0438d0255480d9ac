package io.exchange.transport;

import static io.exchange.transport.End.await;
import static io.exchange.transport.Frames.content;
import static io.exchange.transport.Frames.numbered;
import static io.exchange.transport.Frames.sized;
import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.PayloadType;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every transport must do, through its port alone. A transport's own test extends it and adds only the wiring. */
@Timeout(60)
public abstract class ConnectionContract {

    /** The Vert.x instance of the test. */
    protected final Vertx vertx = Vertx.vertx();

    private final BlockingQueue<End> accepted = new LinkedBlockingQueue<>();
    private final Queue<End> ends = new ConcurrentLinkedQueue<>();
    private ServerTransport server;
    private ClientTransport client;

    /**
     * Makes the listening side.
     *
     * @return a server that does not listen yet
     */
    protected abstract ServerTransport server();

    /**
     * Makes the connecting side.
     *
     * @param listening the server that the test started
     * @return a client for it
     */
    protected abstract ClientTransport client(ServerTransport listening);

    /**
     * Tells where the server is.
     *
     * @param listening the server that the test started
     * @return what to hand to the client
     */
    protected abstract String endpoint(ServerTransport listening);

    @BeforeEach
    void listen() {
        server = server();
        await(server.listen(vertx, connection -> {
            End end = new End(connection);
            ends.add(end);
            end.start();
            accepted.add(end);
        }));
        client = client(server);
    }

    @AfterEach
    void leaveNothing() {
        await(client.close());
        await(server.close());
        await(vertx.close());
        ends.forEach(End::assertNothingAmiss);
    }

    @Test
    void frames_arrive_in_the_order_in_which_they_were_sent() {
        End connector = connect();
        End controller = met(connector);
        controller.send(numbers(0, 20_000));
        assertThat(connector.next(20_000)).containsExactly(numbers(0, 20_000));
        connector.send(numbers(0, 20_000));
        assertThat(controller.next(20_000)).containsExactly(numbers(0, 20_000));
    }

    @Test
    void both_ends_send_at_the_same_time() {
        End connector = connect();
        End controller = met(connector);
        for (int round = 0; round < 100; round++) {
            connector.connection().context().runOnContext(sendAll(connector, numbers(round * 50, 50)));
            controller.connection().context().runOnContext(sendAll(controller, numbers(round * 50, 50)));
        }
        assertThat(connector.next(5_000)).containsExactly(numbers(0, 5_000));
        assertThat(controller.next(5_000)).containsExactly(numbers(0, 5_000));
    }

    @Test
    void a_frame_of_every_kind_arrives_as_it_was_sent() {
        End connector = connect();
        End controller = met(connector);
        for (Frame frame : Frames.ofEveryKind()) {
            connector.send(frame);
            assertThat(content(controller.next())).isEqualTo(content(frame));
            controller.send(frame);
            assertThat(content(connector.next())).isEqualTo(content(frame));
        }
    }

    @Test
    void what_is_sent_in_one_turn_arrives_as_one_batch() {
        End connector = connect();
        End controller = met(connector);
        controller.nextBatch();
        connector.send(numbers(0, 100));
        assertThat(controller.nextBatch()).isEqualTo(100);
        connector.send(numbers(100, 7));
        assertThat(controller.nextBatch()).isEqualTo(7);
    }

    @Test
    void answers_to_a_batch_arrive_as_one_batch() {
        End connector = connect();
        End controller = met(connector);
        controller.onFrame(frame -> controller.connection().send(frame));
        connector.send(numbers(0, 50));
        assertThat(connector.nextBatch()).isEqualTo(50);
        controller.onFrame(frame -> {});
        controller.onBatch(() -> sendAll(controller, numbers(0, 20)).handle(null));
        connector.send(numbered(1));
        assertThat(connector.nextBatch()).isEqualTo(20);
    }

    @Test
    void a_ball_is_played_to_and_fro() {
        End connector = connect();
        End controller = met(connector);
        controller.onFrame(frame -> controller.connection().send(frame));
        connector.onFrame(frame -> playBack(connector, frame));
        connector.send(numbered(0));
        assertThat(connector.next(1_000)).containsExactly(numbers(0, 1_000));
    }

    @Test
    void what_came_before_the_start_is_held_and_delivered_first() {
        End connector = connectUnstarted();
        End controller = met(connector);
        controller.send(numbers(0, 500));
        connector.run(() -> {});
        connector.run(connector::start);
        controller.send(numbered(500));
        assertThat(connector.next(501)).containsExactly(numbers(0, 501));
    }

    @Test
    void a_frame_says_when_it_was_sent() {
        End connector = connect();
        End controller = met(connector);
        controller.nextSendTime();
        for (int i = 0; i < 20; i++) {
            long before = System.nanoTime();
            connector.send(numbered(i));
            long sentAt = controller.nextSendTime();
            assertThat(sentAt - before).isNotNegative();
            assertThat(System.nanoTime() - sentAt).isNotNegative();
        }
    }

    @Test
    void metadata_reaches_the_server() {
        End connector = connect(Map.of("authorization", "Bearer a.b.c", "x-zone", "eu"));
        Map<String, String> seen = met(connector).connection().peer().metadata();
        assertThat(seen).containsEntry("authorization", "Bearer a.b.c").containsEntry("x-zone", "eu");
    }

    @Test
    void a_connection_is_confined_to_the_context_it_was_opened_for() {
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        Thread loop = await(Future.future(p -> context.runOnContext(v -> p.complete(Thread.currentThread()))));
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        Connection connection = await(client.connect(context, endpoint(server), Map.of())
                .onComplete(opened -> threads.add(Thread.currentThread())));
        assertThat(threads).containsExactly(loop);
        Connection own = connection;
        Thread ofConnection =
                await(Future.future(p -> own.context().runOnContext(v -> p.complete(Thread.currentThread()))));
        assertThat(ofConnection).isSameAs(loop);
    }

    @Test
    void a_large_payload_arrives_whole() {
        End connector = connect();
        End controller = met(connector);
        Frame large = sized(10 << 20);
        connector.send(large, numbered(1));
        assertThat(content(controller.next())).isEqualTo(content(large));
        assertThat(controller.next()).isEqualTo(numbered(1));
        controller.send(large, numbered(2));
        assertThat(content(connector.next())).isEqualTo(content(large));
        assertThat(connector.next()).isEqualTo(numbered(2));
    }

    @Test
    void values_are_passed_as_they_are_if_the_transport_says_so() {
        End connector = connect();
        End controller = met(connector);
        Object value = new Object();
        PayloadType<Object> type = PayloadType.of(Object.class, v -> Buffer.buffer("x"), bytes -> "decoded");
        Payload payload = Payload.of(type, value);
        payload.bytes();
        connector.send(new Frame.Message("m", Map.of(), payload));
        Object received = ((Frame.Message) controller.next()).payload().value(type);
        assertThat(controller.connection().passesValues())
                .isEqualTo(connector.connection().passesValues());
        assertThat(received).isEqualTo(connector.connection().passesValues() ? value : "decoded");
    }

    @Test
    void a_slow_reader_stops_the_writer_and_loses_nothing() {
        End connector = connectUnstarted();
        End controller = met(connector);
        int advised = 0;
        while (advised < 1_000_000 && isWritable(controller)) {
            controller.send(numberedAndSized(advised, 100));
            advised += 100;
        }
        assertThat(isWritable(controller))
                .as("writable after %s frames that nobody read", advised)
                .isFalse();
        controller.send(numberedAndSized(advised, 1_000)); // against the advice
        connector.run(connector::start);
        controller.awaitWritable();
        for (int i = 0; i < advised + 1_000; i++) {
            assertThat(((Frame.Item) connector.next()).sequence()).isEqualTo(i);
        }
        assertThat(isWritable(controller)).isTrue();
    }

    @Test
    void a_close_by_the_client_is_told_to_both() {
        End connector = connect();
        End controller = met(connector);
        connector.close("enough");
        assertThat(connector.closed()).isEqualTo(CloseReason.of(Code.NORMAL, "enough"));
        assertThat(controller.closed().code()).isEqualTo(Code.CONNECTION_LOST);
        connector.assertEnded();
        controller.assertEnded();
    }

    @Test
    void a_close_by_the_server_is_told_to_both() {
        End connector = connect();
        End controller = met(connector);
        controller.close("enough");
        assertThat(controller.closed()).isEqualTo(CloseReason.of(Code.NORMAL, "enough"));
        assertThat(connector.closed().code()).isEqualTo(Code.CONNECTION_LOST);
        connector.assertEnded();
        controller.assertEnded();
    }

    @Test
    void frames_sent_just_before_a_close_arrive() {
        End connector = connect();
        End controller = met(connector);
        controller.run(() -> {
            sendAll(controller, numbers(0, 3_000)).handle(null);
            controller.connection().close(CloseReason.of(Code.NORMAL, "done"));
        });
        assertThat(connector.next(3_000)).containsExactly(numbers(0, 3_000));
        connector.assertEnded();

        End second = connect();
        End itsController = met(second);
        second.run(() -> {
            sendAll(second, numbers(0, 3_000)).handle(null);
            second.connection().close(CloseReason.of(Code.NORMAL, "done"));
        });
        assertThat(itsController.next(3_000)).containsExactly(numbers(0, 3_000));
        itsController.assertEnded();
    }

    @Test
    void nothing_is_delivered_or_sent_after_a_close() {
        End connector = connect();
        End controller = met(connector);
        controller.onFrame(frame -> controller.connection().close(CloseReason.of(Code.NORMAL, "on the first")));
        connector.send(numbers(1, 100));
        assertThat(controller.next()).isEqualTo(numbered(1));
        controller.assertEnded();
        controller.send(numbered(2));
        connector.assertEnded();
        connector.send(numbered(3));
        assertThat(isWritable(connector)).isFalse();
        controller.assertEnded();
        connector.assertEnded();
    }

    @Test
    void the_first_of_several_closes_counts() {
        End connector = connect();
        End controller = met(connector);
        connector.run(() -> {
            connector.connection().close(CloseReason.of(Code.DRAINING, "first"));
            connector.connection().close(CloseReason.of(Code.INTERNAL, "second"));
        });
        assertThat(connector.closed()).isEqualTo(CloseReason.of(Code.DRAINING, "first"));
        connector.close("third");
        connector.assertEnded();
        controller.assertEnded();
    }

    @Test
    void both_ends_may_close_at_once() {
        List<End> pairs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            End connector = connect();
            End controller = met(connector);
            CloseReason reason = CloseReason.of(Code.NORMAL, "at once");
            connector
                    .connection()
                    .context()
                    .runOnContext(v -> connector.connection().close(reason));
            controller
                    .connection()
                    .context()
                    .runOnContext(v -> controller.connection().close(reason));
            pairs.add(connector);
            pairs.add(controller);
        }
        pairs.forEach(End::assertEnded);
    }

    @Test
    void a_connection_closed_before_its_start_tells_so_after_it() {
        End connector = connectUnstarted();
        met(connector).close("early");
        End never = connectUnstarted();
        never.close("never used");
        connector.run(connector::start);
        assertThat(connector.closed().code()).isEqualTo(Code.CONNECTION_LOST);
        never.run(never::start);
        assertThat(never.closed()).isEqualTo(CloseReason.of(Code.NORMAL, "never used"));
        connector.assertEnded();
        never.assertEnded();
    }

    @Test
    void a_listener_that_throws_costs_its_own_connection() {
        vertx.exceptionHandler(thrown -> {});
        End connector = connect();
        End controller = met(connector);
        End other = connect();
        End itsController = met(other);
        controller.connection().context().exceptionHandler(thrown -> {});
        controller.onFrame(frame -> {
            throw new IllegalStateException("thrown by the test");
        });
        connector.send(numbered(1));
        assertThat(controller.closed().code()).isEqualTo(Code.INTERNAL);
        assertThat(connector.closed().code()).isEqualTo(Code.CONNECTION_LOST);
        other.send(numbered(2));
        assertThat(itsController.next()).isEqualTo(numbered(2));
    }

    @Test
    void a_client_that_closes_ends_all_its_connections() {
        List<End> all = pairs(5);
        await(client.close());
        all.forEach(End::assertEnded);
    }

    @Test
    void a_server_that_closes_ends_all_its_connections_and_takes_no_more() {
        String endpoint = endpoint(server);
        List<End> all = pairs(5);
        await(server.close());
        all.forEach(End::assertEnded);
        assertThat(failure(client.connect(context(), endpoint, Map.of()))).isNotNull();
    }

    @Test
    void a_hundred_connections_do_not_mix() {
        List<End> all = pairs(100);
        for (int i = 0; i < all.size(); i++) {
            all.get(i).send(numbers(i * 1_000, 100));
        }
        for (int i = 0; i < all.size(); i++) {
            int other = i ^ 1; // the connector stands before its controller
            assertThat(all.get(i).next(100)).containsExactly(numbers(other * 1_000, 100));
        }
    }

    /** Connectors and their controllers in turn. */
    private List<End> pairs(int count) {
        List<End> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            End connector = connect();
            all.add(connector);
            all.add(met(connector));
        }
        return all;
    }

    private End connect() {
        return connect(Map.of());
    }

    private End connect(Map<String, String> metadata) {
        return open(metadata, true);
    }

    private End connectUnstarted() {
        return open(Map.of(), false);
    }

    private End open(Map<String, String> metadata, boolean start) {
        return await(client.connect(context(), endpoint(server), metadata).map(connection -> {
            End end = new End(connection);
            ends.add(end);
            if (start) {
                end.start();
            }
            return end;
        }));
    }

    /** The other end of a connector, which it speaks to first. */
    private End met(End connector) {
        connector.send(numbered(0));
        End controller = nextAccepted();
        assertThat(controller.next()).isEqualTo(numbered(0));
        return controller;
    }

    private End nextAccepted() {
        try {
            End end = accepted.poll(20, TimeUnit.SECONDS);
            assertThat(end).as("a connection at the server").isNotNull();
            return end;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Context context() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    private static boolean isWritable(End end) {
        return await(Future.future(
                answer -> end.run(() -> answer.complete(end.connection().isWritable()))));
    }

    private static void playBack(End end, Frame ball) {
        long round = ((Frame.Heartbeat) ball).number() + 1;
        if (round < 1_000) {
            end.connection().send(numbered(round));
        }
    }

    private static io.vertx.core.Handler<Void> sendAll(End end, Frame... frames) {
        return ignored -> {
            for (Frame frame : frames) {
                end.connection().send(frame);
            }
        };
    }

    private static Frame[] numbers(long first, int count) {
        return LongStream.range(first, first + count).mapToObj(Frames::numbered).toArray(Frame[]::new);
    }

    private static Frame[] numberedAndSized(int first, int count) {
        Payload payload = Frames.bytes(1_000);
        return IntStream.range(first, first + count)
                .mapToObj(i -> new Frame.Item("id", 1, "", false, i, false, payload))
                .toArray(Frame[]::new);
    }

    private static Throwable failure(Future<?> future) {
        return await(future.map(opened -> (Throwable) null).otherwise(thrown -> thrown));
    }
}
