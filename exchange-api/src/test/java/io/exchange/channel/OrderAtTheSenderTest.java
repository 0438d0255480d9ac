package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Command;
import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.PayloadType;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits at its sender for a place, for being encoded, or for fragments to leave: who goes before whom. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class OrderAtTheSenderTest {

    private static final CommandType<Buffer, String> BYTES =
            CommandType.of("bytes.v1", PayloadType.bytes(), PayloadType.json(String.class));
    private static final Buffer FRAGMENTED = Buffer.buffer(new byte[1 << 20]);

    /** Its values are encoded on another thread, as the last one was large. */
    private final CommandType<String, String> text = CommandType.of("text.v1", String.class, String.class);

    private final ManualLoop loop = new ManualLoop();
    private final List<String> started = new ArrayList<>();
    private final Deque<Promise<String>> running = new ArrayDeque<>();
    private final Session near = session();
    private final Session far = session();

    @BeforeEach
    void encodeSomethingLarge() {
        text.request().encode("x".repeat(100_000));
    }

    @Test
    void a_large_one_does_not_overtake_those_of_its_key_that_wait_for_a_place() {
        connect(1, 9);
        send(small("in the way"));
        send(small("a").withOrderKey("k"));
        send(large("b").withOrderKey("k"));
        send(small("c").withOrderKey("k"));
        answerAll();

        assertThat(started).containsExactly("in the way", "a", "b", "c");
    }

    @Test
    void a_large_one_does_not_overtake_one_of_its_key_that_is_sent_again_while_it_is_being_encoded() {
        MemoryLink link = connect(9, 9);
        link.lose(frame -> frame instanceof Frame.Command);
        send(small("a").withOrderKey("k"));
        loop.holdOffloaded();
        send(large("b").withOrderKey("k"));
        link.cut();
        connect(9, 9);
        assertThat(started).containsExactly("a");
        loop.runOffloaded();
        answerAll();

        assertThat(started).containsExactly("a", "b");
    }

    @Test
    void one_that_waits_behind_fragments_and_one_that_is_being_encoded_goes_after_both() {
        MemoryLink link = connect(9, 9);
        link.lose(frame -> true); // so that only what is sent again arrives
        send(small("a").withOrderKey("k"));
        send(BYTES.command(FRAGMENTED).withId("b").withOrderKey("k"));
        loop.holdOffloaded();
        send(large("c").withOrderKey("k"));
        send(small("d").withOrderKey("k"));
        link.cut();
        connect(9, 9);
        running.remove().complete("a is done");
        loop.run();
        assertThat(started).containsExactly("a", "b");
        loop.runOffloaded();
        answerAll();

        assertThat(started).containsExactly("a", "b", "c", "d");
    }

    @Test
    void what_was_sent_before_goes_before_what_never_was() {
        connect(1, 9);
        send(small("in the way"));
        send(small("c").withOrderKey("k"));
        loop.holdOffloaded();
        send(again(large("a").withOrderKey("k")));
        send(again(small("b").withOrderKey("k")));
        send(again(small("of no key")));
        assertThat(started).containsExactly("in the way", "of no key");
        loop.runOffloaded();
        answerAll();

        assertThat(started).containsExactly("in the way", "of no key", "a", "b", "c");
    }

    @Test
    void nothing_of_another_key_waits_while_one_is_being_encoded_or_leaves_in_fragments() {
        MemoryLink link = connect(9, 9);
        link.lose(frame -> frame instanceof Frame.FragmentCredit);
        send(BYTES.command(FRAGMENTED).withId("leaves").withOrderKey("k"));
        send(small("waits for it").withOrderKey("k"));
        loop.holdOffloaded();
        send(large("is being encoded").withOrderKey("l"));
        send(small("waits for that").withOrderKey("l"));
        send(small("a"));
        send(small("b").withOrderKey("m"));

        assertThat(started).containsExactly("a", "b");
    }

    @Test
    void what_is_being_encoded_is_bounded_like_all_that_waits() {
        connect(1, 2);
        loop.holdOffloaded();
        List<PendingReply<String>> calls =
                IntStream.range(0, 4).mapToObj(i -> send(large("" + i))).toList();

        assertThat(calls.get(3).reply().cause()).isInstanceOfSatisfying(ExchangeException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.EXHAUSTED);
            assertThat(refused.execution()).isEqualTo(Execution.NOT_EXECUTED);
            assertThat(refused.retryAfter()).isPresent();
        });
        loop.runOffloaded();
        answerAll();
        assertThat(started).containsExactly("0", "1", "2");
        assertThat(calls.subList(0, 3)).allMatch(call -> call.reply().succeeded());
    }

    @Test
    void what_is_cancelled_while_it_is_being_encoded_makes_room() {
        connect(1, 0);
        loop.holdOffloaded();
        PendingReply<String> first = send(large("a"));
        first.cancel();
        loop.run();
        send(large("b"));
        loop.runOffloaded();

        assertThat(started).containsExactly("b");
    }

    private void answerAll() {
        while (!running.isEmpty()) {
            running.remove().complete("done");
            loop.run();
        }
    }

    private PendingReply<String> send(Command<?, String> command) {
        PendingReply<String> reply = near.call(command);
        loop.run();
        return reply;
    }

    private void send(PendingReply<String> reply) {
        near.submit(reply.command());
        loop.run();
    }

    /** A command that another node has sent to the session before. */
    private PendingReply<String> again(Command<?, String> command) {
        PendingReply<String> reply =
                new PendingReply<>(new CommandIds(), command, loop, ExchangeObserver.NONE, PendingReply.Rerouter.NONE);
        reply.command().sentSince(loop.nanoTime());
        return reply;
    }

    private static Command<Buffer, String> small(String id) {
        return BYTES.command(Buffer.buffer("small")).withId(id);
    }

    private Command<String, String> large(String id) {
        return text.command("x".repeat(100_000)).withId(id);
    }

    private Session session() {
        Handlers handlers = new Handlers();
        handlers.set(BYTES, (bytes, context) -> run(context.commandId()));
        handlers.set(text, (value, context) -> run(context.commandId()));
        return new Session(
                new Session.Setup("session", handlers, 0, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN),
                loop,
                true);
    }

    private Future<String> run(String id) {
        started.add(id);
        Promise<String> promise = Promise.promise();
        running.add(promise);
        return promise.future();
    }

    private MemoryLink connect(int maxInFlight, int maxQueued) {
        ChannelLimits usual = ChannelLimits.DEFAULT;
        ChannelLimits limits = new ChannelLimits(
                usual.heartbeatInterval(),
                usual.missedHeartbeats(),
                usual.lease(),
                usual.sessionGrace(),
                maxInFlight,
                maxQueued,
                usual.maxPayloadBytes());
        return ObligingEnd.connect(loop, new MemoryLink(loop, false), near, far, limits);
    }
}
