package io.exchange.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Command;
import io.exchange.api.CommandType;
import io.exchange.api.Exchange;
import io.exchange.api.PayloadType;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamType;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ExchangeController;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds for the items of commands: their order, and that a reader which does not read stops its writer. */
public abstract class StreamContract extends ExchangeContract {

    private static final int ITEM_BYTES = 10_000;
    /** Credit of the reader, and what waits for it at the writer. */
    private static final int MOST_BYTES = (512 << 10) + (256 + 1) * ITEM_BYTES;

    private static final int MOST_ITEMS = 1024 + 256;

    private static final StreamType<String, Buffer, Buffer, String> FLOW = StreamType.both(
            CommandType.of("flow.v1", String.class, String.class), PayloadType.bytes(), PayloadType.bytes());
    private static final StreamType<String, String, String, String> TEXTS = StreamType.both(
            CommandType.of("texts.v1", String.class, String.class),
            PayloadType.json(String.class),
            PayloadType.json(String.class));
    private static final StreamType<Buffer, Buffer, Void, Integer> UPLOAD = StreamType.up(
            CommandType.of("upload.v1", PayloadType.bytes(), PayloadType.json(Integer.class)), PayloadType.bytes());

    private final Queue<Writer<?>> writers = new ConcurrentLinkedQueue<>();
    private ExchangeController controller;
    private ExchangeConnector connector;

    /** The contract for one transport. */
    protected StreamContract(Wiring wiring) {
        super(wiring);
    }

    @BeforeEach
    void attachBoth() {
        controller = controller();
        handle(controller);
        controller.handle(ECHO, (text, context) -> Future.succeededFuture(text));
        connector = attachEcho("eu", "a");
        handle(connector);
    }

    private void handle(Exchange exchange) {
        exchange.handle(FLOW, (what, context) -> {
            if (what.equals("write")) {
                offer(context.down(), StreamContract::bytes);
            } else if (what.equals("echo")) {
                Promise<String> answer = Promise.promise();
                context.up().endHandler(end -> answer.complete("done"));
                context.up().handler(context.down()::write);
                return answer.future();
            }
            return Promise.<String>promise().future();
        });
        exchange.handle(TEXTS, (what, context) -> {
            if (what.equals("write")) {
                offer(context.down(), StreamContract::text);
            }
            return Promise.<String>promise().future();
        });
        exchange.handle(UPLOAD, (what, context) -> {
            AtomicInteger items = new AtomicInteger();
            Promise<Integer> answer = Promise.promise();
            context.up().endHandler(end -> answer.complete(items.get()));
            context.up().handler(item -> items.incrementAndGet());
            return answer.future();
        });
    }

    @Test
    void an_upload_without_items_ends_after_a_request_of_any_size() {
        for (int length : List.of(1, 100_000, 1_000_000)) {
            Command<Buffer, Integer> command = UPLOAD.command(Buffer.buffer(new byte[length]));
            List<StreamCall<Buffer, Void, Integer>> calls =
                    List.of(controller.open("eu", UPLOAD, command), connector.open(UPLOAD, command));
            for (StreamCall<Buffer, Void, Integer> call : calls) {
                await(call.up().end());
                assertThat(answer(call.reply())).isZero();
            }
        }
    }

    @Test
    void items_of_all_sizes_go_up_and_down_in_order() {
        List<StreamCall<Buffer, Buffer, String>> calls = openAtBothEnds(FLOW, "echo");
        for (StreamCall<Buffer, Buffer, String> call : calls) {
            Queue<Integer> read = new ConcurrentLinkedQueue<>();
            Promise<Void> allRead = Promise.promise();
            call.down().endHandler(allRead::complete);
            call.down().handler(item -> read.add(item.getInt(0)));
            for (int i = 0; i < 100; i++) {
                int length = i % 10 == 0 ? 100_000 : 100;
                call.up().write(Buffer.buffer(new byte[length]).setInt(0, i));
            }
            call.up().end();
            assertThat(answer(call.reply())).isEqualTo("done");
            await(allRead.future());
            assertThat(List.copyOf(read)).hasSize(100).isSorted();
        }
    }

    @Test
    void a_reader_that_never_reads_stops_a_writer_of_endless_items_up() {
        openAtBothEnds(FLOW, "read nothing").forEach(call -> offer(call.up(), StreamContract::bytes));
        openAtBothEnds(TEXTS, "read nothing").forEach(call -> offer(call.up(), StreamContract::text));
        assertWritersAreStopped();
    }

    @Test
    void a_reader_that_never_reads_stops_a_writer_of_endless_items_down() {
        openAtBothEnds(FLOW, "write").forEach(call -> call.down().pause().handler(item -> {}));
        openAtBothEnds(TEXTS, "write");
        eventually("all write", () -> writers.size() == 4);
        assertWritersAreStopped();
    }

    private void assertWritersAreStopped() {
        eventually("all have written", () -> writers.stream().allMatch(writer -> writer.offered.get() > 100));
        for (int i = 0; i < 200; i++) {
            answer(controller.send("eu", ECHO.command("is anything else as quick as ever?")));
        }
        for (Writer<?> writer : writers) {
            assertThat(writer.refused).hasValue(0);
            assertThat(writer.offered).hasValueLessThanOrEqualTo(MOST_ITEMS);
            if (!staysInside() || writer.isOfBytes()) { // what is never encoded is counted, not measured
                assertThat(writer.offered.get() * ITEM_BYTES).isLessThan(MOST_BYTES);
            }
        }
    }

    @Test
    void a_writer_that_does_not_stop_is_refused() {
        for (StreamCall<Buffer, Buffer, String> call : openAtBothEnds(FLOW, "read nothing")) {
            AtomicInteger accepted = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            List<Future<Void>> last = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                Future<Void> written = call.up().write(bytes());
                written.onSuccess(sent -> accepted.incrementAndGet()).onFailure(full -> refused.incrementAndGet());
                last.add(written);
            }
            failure(last.get(1999));
            assertThat((2000 - refused.get()) * ITEM_BYTES).isLessThan(MOST_BYTES);
            assertThat(accepted.get() * ITEM_BYTES).isLessThan((512 << 10) + ITEM_BYTES);
        }
    }

    @Test
    void the_heap_stays_flat_before_readers_that_never_read() {
        long before = usedHeap();
        for (int i = 0; i < 5; i++) {
            openAtBothEnds(FLOW, "read nothing").forEach(call -> offer(call.up(), StreamContract::bytes));
            openAtBothEnds(FLOW, "write");
        }
        eventually("all write", () -> writers.size() == 20);
        assertWritersAreStopped();
        assertThat(usedHeap() - before).isLessThan(20L * 2 * MOST_BYTES);
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private <T> List<StreamCall<T, T, String>> openAtBothEnds(StreamType<String, T, T, String> type, String what) {
        return List.of(
                controller.open("eu", type, type.command(what).withTimeout(Duration.ofMinutes(5))),
                connector.open(type, type.command(what).withTimeout(Duration.ofMinutes(5))));
    }

    private <T> void offer(WriteStream<T> stream, Supplier<T> items) {
        Writer<T> writer = new Writer<>(stream, items);
        writers.add(writer);
        writer.offer();
    }

    private static Buffer bytes() {
        return Buffer.buffer(new byte[ITEM_BYTES]);
    }

    private static String text() {
        return "x".repeat(ITEM_BYTES);
    }

    /** Writes for as long as it is not asked to stop. */
    private record Writer<T>(WriteStream<T> stream, Supplier<T> items, AtomicInteger offered, AtomicInteger refused) {

        Writer(WriteStream<T> stream, Supplier<T> items) {
            this(stream, items, new AtomicInteger(), new AtomicInteger());
        }

        void offer() {
            while (!stream.writeQueueFull() && offered.get() < 100_000) {
                offered.incrementAndGet();
                stream.write(items.get()).onFailure(full -> refused.incrementAndGet());
            }
            stream.drainHandler(drained -> offer());
        }

        boolean isOfBytes() {
            return items.get() instanceof Buffer;
        }
    }
}
