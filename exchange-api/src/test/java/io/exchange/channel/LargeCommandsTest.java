package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.PayloadType;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Commands with large payloads, and a handler that is slow: what they hold is bounded by bytes, not by their number alone. */
class LargeCommandsTest {

    private static final int LARGE = 1 << 20;
    private static final CommandType<Buffer, String> BYTES =
            CommandType.of("bytes.v1", PayloadType.bytes(), PayloadType.json(String.class));
    private static final CommandType<String, String> TEXT = CommandType.of("text.v1", String.class, String.class);
    private static final ChannelLimits LIMITS = ChannelLimits.DEFAULT.withMaxLargeBytes(3 * LARGE + LARGE / 2);

    private final ManualLoop loop = new ManualLoop();
    private final Deque<Promise<String>> running = new ArrayDeque<>();
    private final Session near = session();
    private final Session far = session();

    @Test
    void beyond_the_bound_they_are_refused_at_once_and_small_ones_still_go() {
        connect();
        List<PendingReply<String>> fit = large(3);
        PendingReply<String> tooMuch = large(1).get(0);
        PendingReply<String> small = near.call(BYTES.command(Buffer.buffer("small")));
        loop.run();

        assertThat(fit).noneMatch(call -> call.reply().isComplete());
        assertExhausted(tooMuch);
        assertThat(running).hasSize(4);
        assertThat(small.reply().isComplete()).isFalse();
    }

    @Test
    void what_has_ended_makes_room() {
        connect();
        large(3);
        running.remove().complete("done");
        loop.run();
        PendingReply<String> fits = large(1).get(0);

        assertThat(fits.reply().isComplete()).isFalse();
        running.forEach(promise -> promise.complete("done"));
        loop.run();
        assertThat(fits.reply().result().payload()).isEqualTo("done");
        assertThat(large(4)).filteredOn(call -> call.reply().failed()).hasSize(1);
    }

    @Test
    void values_count_as_soon_as_they_are_encoded() {
        connect();
        List<PendingReply<String>> calls = IntStream.range(0, 10)
                .mapToObj(i -> near.call(TEXT.command("x".repeat(LARGE))))
                .toList();
        loop.run();

        assertThat(running).hasSize(3);
        List<PendingReply<String>> refused =
                calls.stream().filter(call -> call.reply().failed()).toList();
        assertThat(refused).hasSize(7).allSatisfy(LargeCommandsTest::assertExhausted);
    }

    @Test
    void those_that_wait_for_a_channel_count_too_and_are_sent_when_it_comes() {
        connect().cut();
        List<PendingReply<String>> calls = large(5);
        assertThat(calls.subList(0, 3)).noneMatch(call -> call.reply().isComplete());
        calls.subList(3, 5).forEach(LargeCommandsTest::assertExhausted);

        connect();
        assertThat(running).hasSize(3);
    }

    @Test
    void what_is_sent_again_is_not_refused() {
        MemoryLink link = connect();
        List<PendingReply<String>> calls = large(3);
        link.cut();
        connect();
        running.forEach(promise -> promise.complete("done"));
        loop.run();

        assertThat(calls).allMatch(call -> call.reply().succeeded());
    }

    @Test
    void one_alone_may_be_larger_than_the_bound() {
        connect();
        PendingReply<String> huge = near.call(BYTES.command(Buffer.buffer(new byte[4 * LARGE])));
        loop.run();

        assertThat(running).hasSize(1);
        assertThat(huge.reply().isComplete()).isFalse();
        assertExhausted(large(1).get(0));
    }

    @Test
    void a_sender_that_does_not_keep_to_the_bound_is_refused_by_the_receiver() {
        MemoryLink link = new MemoryLink(loop, false);
        List<Outcome> replies = startBare(link, far);
        for (int i = 0; i < 10; i++) {
            link.near.send(command("id " + i));
        }
        loop.run();

        assertThat(running).hasSize(7);
        assertThat(replies)
                .hasSize(3)
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.Refused.class,
                                refused -> assertThat(refused.cause().code()).isEqualTo(ErrorCode.EXHAUSTED)));
        running.forEach(promise -> promise.complete("done"));
        link.near.send(command("next"));
        loop.run();
        assertThat(running).as("there is room again").hasSize(8);
    }

    @Test
    void what_is_decoded_only_after_its_deadline_does_not_start_and_its_place_is_free_again() {
        MemoryLink link = new MemoryLink(loop, false);
        List<Outcome> replies = startBare(link, session(1));
        loop.holdOffloaded();
        link.near.send(command("late", TEXT.name(), Duration.ofSeconds(1).toNanos(), text()));
        loop.run();
        loop.pause(Duration.ofSeconds(1)); // its alarm has not rung yet
        loop.runOffloaded();

        assertThat(running).isEmpty();
        assertThat(replies).singleElement().isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.cause().code()).isEqualTo(ErrorCode.TIMEOUT);
            assertThat(refused.cause().execution()).isEqualTo(Execution.NOT_EXECUTED);
        });
        link.near.send(command("next"));
        loop.run();
        assertThat(running).hasSize(1);
    }

    private static Payload text() {
        return Payload.ofBytes(Buffer.buffer('"' + "x".repeat(LARGE) + '"'));
    }

    /** Says hello at the near end, and hears the replies. */
    private List<Outcome> startBare(MemoryLink link, Session session) {
        List<Outcome> replies = new ArrayList<>();
        link.near.start(new ConnectionListener() {
            @Override
            public void onFrame(Frame frame, long sentAtNanos) {
                if (frame instanceof Frame.Reply reply) {
                    replies.add(reply.outcome());
                }
            }

            @Override
            public void onClosed(CloseReason reason) {}
        });
        ChannelEngine.listen(
                link.far, loop, Duration.ofSeconds(5), new ObligingEnd(session, LIMITS), ExchangeObserver.NONE);
        link.near.send(MemoryLink.hello("session"));
        loop.run();
        return replies;
    }

    private static Frame.Command command(String id) {
        return command(id, BYTES.name(), Frame.NO_DEADLINE, Payload.ofBytes(Buffer.buffer(new byte[LARGE])));
    }

    private static Frame.Command command(String id, String type, long timeLeftNanos, Payload payload) {
        return new Frame.Command(
                id,
                1,
                "",
                type,
                Map.of(),
                timeLeftNanos,
                Frame.NOT_REPEATED,
                1,
                null,
                null,
                Frame.Items.NONE,
                null,
                payload);
    }

    private List<PendingReply<String>> large(int count) {
        List<PendingReply<String>> calls = IntStream.range(0, count)
                .mapToObj(i -> near.call(BYTES.command(Buffer.buffer(new byte[LARGE]))))
                .toList();
        loop.run();
        return calls;
    }

    private static void assertExhausted(PendingReply<String> call) {
        assertThat(call.reply().cause()).isInstanceOfSatisfying(ExchangeException.class, cause -> {
            assertThat(cause.code()).isEqualTo(ErrorCode.EXHAUSTED);
            assertThat(cause.execution()).isEqualTo(Execution.NOT_EXECUTED);
            assertThat(cause.retryAfter()).isPresent();
        });
    }

    private Session session() {
        return session(0);
    }

    private Session session(int maxConcurrent) {
        Handlers handlers = new Handlers();
        handlers.set(BYTES, (bytes, context) -> run());
        handlers.set(TEXT, (text, context) -> run());
        return new Session(
                new Session.Setup(
                        "session", handlers, maxConcurrent, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN),
                loop,
                true);
    }

    private Future<String> run() {
        Promise<String> promise = Promise.promise();
        running.add(promise);
        return promise.future();
    }

    private MemoryLink connect() {
        return ObligingEnd.connect(loop, new MemoryLink(loop, false), near, far, LIMITS);
    }
}
