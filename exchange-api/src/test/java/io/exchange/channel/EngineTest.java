package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.ChannelState;
import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Command;
import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.HandlerException;
import io.exchange.api.MessageType;
import io.exchange.api.PayloadType;
import io.exchange.api.ReplyError;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of commands and channels, with both ends on one manual loop: the near end sends, the far end handles. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class EngineTest {

    private static final CommandType<String, String> WORK = CommandType.of("work.v1", String.class, String.class);
    private static final MessageType<String> NEWS = MessageType.of("news.v1", String.class);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

    private final ManualLoop loop = new ManualLoop();
    private final Handlers handlers = new Handlers();
    private final List<String> started = new ArrayList<>();
    private final Map<String, Promise<String>> answers = new HashMap<>();
    private final ObligingEnd near = new ObligingEnd(session(0, true));
    private final ObligingEnd far = new ObligingEnd(session(0, true));
    private MemoryLink link = new MemoryLink(loop, false);

    EngineTest() {
        handlers.set(WORK, (request, context) -> {
            started.add(request);
            return answers.computeIfAbsent(request, any -> Promise.promise()).future();
        });
    }

    @Test
    void an_expired_command_is_never_started_though_its_alarm_has_not_rung() {
        far.session = session(1, true);
        attach();
        call("first");
        PendingReply<String> second = send(WORK.command("second").withTimeout(Duration.ofSeconds(1)));

        loop.pause(Duration.ofSeconds(1));
        answer("first");

        assertRefused(second, ErrorCode.TIMEOUT, Execution.NOT_EXECUTED);
        assertThat(started).containsExactly("first");
    }

    @Test
    void a_deadline_ends_a_command_that_was_sent_with_its_outcome_unknown() {
        attach();
        PendingReply<String> reply = send(WORK.command("a").withTimeout(Duration.ofSeconds(1)));

        loop.advance(Duration.ofMillis(1100));

        assertRefused(reply, ErrorCode.TIMEOUT, Execution.UNKNOWN);
    }

    @Test
    void a_deadline_ends_a_command_that_was_queued_as_not_executed() {
        PendingReply<String> reply = send(WORK.command("a").withTimeout(Duration.ofSeconds(1)));

        loop.advance(Duration.ofMillis(1100));
        attach();

        assertRefused(reply, ErrorCode.TIMEOUT, Execution.NOT_EXECUTED);
        assertThat(started).isEmpty();
    }

    @Test
    void a_repeat_after_a_lost_channel_is_answered_from_memory_and_does_not_run_again() {
        attach();
        PendingReply<String> reply = call("a");
        link.lose(frame -> frame instanceof Frame.Reply);
        answer("a");
        assertThat(reply.reply().isComplete()).isFalse();

        link.cut();
        attach();

        assertAnswered(reply, "re: a");
        assertThat(started).containsExactly("a");
    }

    @Test
    void a_repeat_that_joins_a_running_handler_gets_its_one_answer() {
        attach();
        PendingReply<String> reply = call("a");
        link.cut();
        attach();

        answer("a");

        assertAnswered(reply, "re: a");
        assertThat(started).containsExactly("a");
    }

    @Test
    void a_repeat_older_than_the_memory_covers_is_answered_unknown_and_never_run() {
        attach();
        link.lose(frame -> frame instanceof Frame.Command);
        PendingReply<String> reply = call("a");
        link.cut();
        far.session = session(0, false);
        attach();

        assertRefused(reply, ErrorCode.CHANNEL_CLOSED, Execution.UNKNOWN);
        assertThat(started).isEmpty();
    }

    @Test
    void nothing_queued_for_a_suspended_session_starts() {
        far.session = session(1, true);
        attach();
        call("first");
        call("waits for the first");
        link.cut();
        call("waits for a channel");

        answer("first");
        loop.advance(Duration.ofSeconds(1));

        assertThat(started).containsExactly("first");
    }

    @Test
    void what_was_queued_goes_on_over_the_next_channel() {
        far.session = session(1, true);
        attach();
        call("first");
        PendingReply<String> second = call("second");
        link.cut();
        answer("first");
        attach();

        answer("second");

        assertAnswered(second, "re: second");
        assertThat(started).containsExactly("first", "second");
    }

    @Test
    void a_lost_channel_ends_an_at_most_once_command_unknown_and_keeps_one_that_resumes() {
        attach();
        PendingReply<String> once = send(WORK.command("once").withDelivery(Delivery.AT_MOST_ONCE));
        PendingReply<String> resumed = send(WORK.command("resumed").withDelivery(Delivery.RESUME));

        link.cut();

        assertRefused(once, ErrorCode.CHANNEL_CLOSED, Execution.UNKNOWN);
        assertThat(resumed.reply().isComplete()).isFalse();
        assertThat(near.session.load()).isEqualTo(1);
    }

    @Test
    void a_command_that_is_cancelled_before_its_start_never_starts() {
        far.session = session(1, true);
        attach();
        call("first");
        PendingReply<String> second = call("second");

        second.cancel();
        loop.run();
        answer("first");

        assertRefused(second, ErrorCode.CANCELLED, Execution.NOT_EXECUTED);
        assertThat(started).containsExactly("first");
    }

    @Test
    void a_handler_that_never_answers_is_freed_two_seconds_after_its_deadline() {
        far.session = session(1, true);
        attach();
        send(WORK.command("stuck").withTimeout(Duration.ofSeconds(1)));
        call("next");

        loop.advance(Duration.ofMillis(2990));
        assertThat(started).containsExactly("stuck");
        loop.advance(Duration.ofMillis(100));

        assertThat(started).containsExactly("stuck", "next");
    }

    @Test
    void one_at_a_time_runs_one_after_the_other_with_replies_in_order() {
        far.session = session(1, true);
        attach();
        List<String> replies = new ArrayList<>();
        for (String request : List.of("a", "b", "c")) {
            call(request).reply().onSuccess(reply -> replies.add(reply.payload()));
        }

        assertThat(started).containsExactly("a");
        answer("a");
        assertThat(started).containsExactly("a", "b");
        answer("b");
        answer("c");

        assertThat(started).containsExactly("a", "b", "c");
        assertThat(replies).containsExactly("re: a", "re: b", "re: c");
    }

    @Test
    void commands_with_one_order_key_start_in_order_and_hold_up_no_other() {
        attach();
        send(WORK.command("a").withOrderKey("key"));
        send(WORK.command("b").withOrderKey("key"));
        send(WORK.command("c").withOrderKey("key"));
        call("other");

        assertThat(started).containsExactly("a", "other");
        answer("a");
        answer("b");

        assertThat(started).containsExactly("a", "other", "b", "c");
    }

    @Test
    void the_first_command_beyond_places_and_queue_is_exhausted() {
        attach();
        ChannelLimits limits = ChannelLimits.DEFAULT;
        for (int i = 0; i < limits.maxInFlight() + limits.maxQueued(); i++) {
            assertThat(call("command " + i).reply().isComplete()).isFalse();
        }

        assertRefused(call("one too many"), ErrorCode.EXHAUSTED, Execution.NOT_EXECUTED);
        assertThat(started).hasSize(limits.maxInFlight());
    }

    @Test
    void silence_closes_the_channel() {
        attach();
        link.lose(frame -> true);

        loop.advance(Duration.ofSeconds(13));

        assertThat(near.closedWith()).isEqualTo(Code.HEARTBEAT_TIMEOUT);
    }

    @Test
    void silence_does_not_close_the_channel_if_this_end_was_paused() {
        attach();
        ChannelEngine channel = near.session.channel();

        loop.pause(Duration.ofSeconds(60));
        loop.advance(Duration.ofSeconds(30));

        assertThat(channel.state()).isEqualTo(ChannelState.ACTIVE);
    }

    @Test
    void a_hello_that_is_late_closes_with_a_handshake_timeout() {
        link.near.start(new Silent());
        ChannelEngine.listen(link.far, loop, HANDSHAKE_TIMEOUT, far, ExchangeObserver.NONE);

        loop.advance(HANDSHAKE_TIMEOUT.minusMillis(10));
        assertThat(far.closed).isNull();
        loop.advance(Duration.ofMillis(50));

        assertThat(far.closedWith()).isEqualTo(Code.HANDSHAKE_TIMEOUT);
    }

    @Test
    void a_frame_before_hello_is_a_protocol_error() {
        link.near.start(new Silent());
        ChannelEngine.listen(link.far, loop, HANDSHAKE_TIMEOUT, far, ExchangeObserver.NONE);

        link.near.send(new Frame.Heartbeat(1));
        loop.run();

        assertThat(far.closedWith()).isEqualTo(Code.PROTOCOL_ERROR);
    }

    @Test
    void values_are_handed_over_as_they_are_where_the_connection_passes_them() {
        link = new MemoryLink(loop, true);
        connect();
        PendingReply<String> reply = call("a");

        answer("a");

        assertAnswered(reply, "re: a");
    }

    @Test
    void what_froze_in_the_handshake_does_not_start_what_has_expired_meanwhile() {
        PendingReply<String> late = far.session.call(WORK.command("late").withTimeout(Duration.ofSeconds(1)));
        PendingReply<String> patient = far.session.call(WORK.command("patient"));
        link = new MemoryLink(loop, false);
        link.watch((atFar, delivery) -> {
            if (!atFar && near.session.state() == Session.State.SUSPENDED) {
                loop.pause(Duration.ofSeconds(4));
            }
            delivery.run();
        });
        connect();

        assertThat(started).containsExactly("patient");
        answer("patient");
        assertRefused(late, ErrorCode.TIMEOUT, Execution.NOT_EXECUTED);
        assertAnswered(patient, "re: patient");
    }

    @Test
    void what_is_said_of_a_failure_is_cut() {
        attach();
        PendingReply<String> failed = call("a");
        PendingReply<String> refused = call("b");

        Objects.requireNonNull(answers.get("a")).fail("x".repeat(100_000));
        Objects.requireNonNull(answers.get("b")).fail(ErrorCode.INTERNAL.unknown("x".repeat(100_000)));
        loop.run();

        assertThat(failed.reply().result().error().orElseThrow().message()).hasSizeLessThanOrEqualTo(4096);
        assertThat(((ExchangeException) refused.reply().cause()).text()).hasSizeLessThanOrEqualTo(4096);
    }

    @Test
    void details_of_a_failure_are_left_out_where_they_are_too_long() {
        attach();
        PendingReply<String> reply = call("a");
        Map<String, String> details = Map.of("a", "kept", "b", "x".repeat(4096), "c", "y");

        Objects.requireNonNull(answers.get("a"))
                .fail(new HandlerException(new ReplyError("no_space", "full", details)));
        loop.run();

        assertThat(reply.reply().result().error()).contains(new ReplyError("no_space", "full", Map.of("a", "kept")));
    }

    @Test
    void headers_beyond_the_limit_are_invalid_at_either_end() {
        attach();
        Map<String, String> headers = Map.of("baggage", "x".repeat(20_000));
        List<Frame.Reply> replies = new ArrayList<>();
        link.lose(frame -> frame instanceof Frame.Reply reply && replies.add(reply));

        PendingReply<String> reply = send(WORK.command("a").withHeaders(headers));
        Future<Void> message = near.session.channel().send(NEWS.message("a").withHeaders(headers));
        near.session.channel().send(command("b", headers));
        loop.run();

        assertRefused(reply, ErrorCode.INVALID, Execution.NOT_EXECUTED);
        assertThat(message.cause()).hasMessageContaining("headers");
        assertThat(replies)
                .hasSize(1)
                .allSatisfy(answer -> assertThat(answer.outcome())
                        .hasToString(new Outcome.Refused(Refusals.tooLongHeaders()).toString()));
        assertThat(started).isEmpty();
    }

    private static Frame.Command command(String id, Map<String, String> headers) {
        Payload payload = Payload.of(WORK.request(), id);
        Command<String, String> command = WORK.command(id).withHeaders(headers);
        return new PendingCommand(id, command, payload, Frame.NO_DEADLINE, (which, outcome) -> {})
                .nextLeg(0, "channel");
    }

    @Test
    void large_messages_do_not_pile_up_before_a_reader_that_takes_none() {
        attach();
        link.lose(frame -> frame instanceof Frame.FragmentCredit);
        String large = "x".repeat(1 << 20);
        List<Future<Void>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(near.session.channel().send(NEWS.message(large)));
        }
        loop.run();

        assertThat(sent.stream().filter(Future::succeeded).count()).isBetween(10L, 17L);
        assertThat(sent.get(99).cause())
                .isInstanceOfSatisfying(
                        ExchangeException.class, full -> assertThat(full.code()).isEqualTo(ErrorCode.EXHAUSTED));
    }

    @Test
    void an_error_in_a_codec_a_handler_or_a_listener_harms_nothing_else() {
        PayloadType<String> unwritable = PayloadType.of(
                String.class,
                text -> {
                    throw new StackOverflowError();
                },
                Buffer::toString);
        PayloadType<Integer> unreadable = PayloadType.of(Integer.class, number -> Buffer.buffer(), bytes -> {
            throw new AssertionError("a decoder that fails");
        });
        PayloadType<String> text = PayloadType.json(String.class);
        handlers.set(CommandType.of("number.v1", unreadable, text), (number, context) -> Future.succeededFuture(""));
        handlers.set(NEWS, (news, headers, channel) -> {
            throw new AssertionError("a message handler that fails");
        });
        attach();

        PendingReply<String> cannotBeSent =
                send(CommandType.of("number.v1", unwritable, text).command("1"));
        PendingReply<String> cannotBeRead =
                send(CommandType.of("number.v1", text, text).command("1"));
        near.session.channel().send(NEWS.message("a"));
        PendingReply<String> listened = call("a");
        listened.reply().onComplete(reply -> {
            throw new AssertionError("a listener that fails");
        });
        answer("a");

        assertRefused(cannotBeSent, ErrorCode.INVALID, Execution.NOT_EXECUTED);
        assertRefused(cannotBeRead, ErrorCode.INVALID, Execution.NOT_EXECUTED);
        assertAnswered(listened, "re: a");
        assertThat(far.session.isIdle()).isTrue();
        assertThat(near.closed).isNull();
    }

    @Test
    void a_command_that_is_cancelled_while_it_waits_to_be_sent_again_may_have_run() {
        PendingReply<String> reply = takenBackAfterItWasSent();

        reply.cancel();
        loop.run();

        assertRefused(reply, ErrorCode.CANCELLED, Execution.UNKNOWN);
    }

    @Test
    void a_command_that_was_sent_before_may_have_run_though_the_session_that_it_comes_to_has_ended() {
        PendingReply<String> reply = takenBackAfterItWasSent();
        Session ended = session(0, true);
        ended.end(ErrorCode.CHANNEL_CLOSED, "over");

        ended.submit(reply.command());
        loop.run();

        assertRefused(reply, ErrorCode.CHANNEL_CLOSED, Execution.UNKNOWN);
    }

    @Test
    void a_command_that_was_sent_before_waits_though_the_queue_that_it_comes_to_is_full_and_may_have_run() {
        PendingReply<String> reply = takenBackAfterItWasSent();
        Session suspended = session(0, true);
        for (int i = 0; i < ChannelLimits.DEFAULT.maxQueued(); i++) {
            suspended.call(WORK.command("waits " + i));
        }

        suspended.submit(reply.command());
        loop.run();
        assertThat(reply.reply().isComplete()).isFalse();
        suspended.end(ErrorCode.CHANNEL_CLOSED, "over");

        assertRefused(reply, ErrorCode.CHANNEL_CLOSED, Execution.UNKNOWN);
    }

    @Test
    void what_is_said_of_a_leg_that_a_node_sent_on_is_not_of_a_later_one_that_it_sends_on() {
        Frame.Command first = relayed(1).nextLeg(loop.nanoTime(), "channel");
        Frame.Command second = relayed(2).nextLeg(loop.nanoTime(), "channel");

        assertThat(second.leg()).isGreaterThan(first.leg());
    }

    private PendingCommand relayed(int leg) {
        Frame.Onward onward = new Frame.Onward("target", "session", Delivery.RESUME);
        Frame.Command frame = new Frame.Command(
                "id",
                leg,
                "",
                WORK.name(),
                Map.of(),
                Frame.NO_DEADLINE,
                Frame.NOT_REPEATED,
                1,
                null,
                null,
                Frame.Items.NONE,
                onward,
                Payload.EMPTY);
        return new PendingCommand(frame, onward, 0, loop.nanoTime(), (command, outcome) -> {});
    }

    /** Its handler runs, its session has ended, and it is on no path. */
    private PendingReply<String> takenBackAfterItWasSent() {
        attach();
        AtomicInteger asked = new AtomicInteger();
        PendingReply.Rerouter once = new PendingReply.Rerouter() {
            @Override
            public boolean takesBack(PendingCommand lost) {
                return asked.incrementAndGet() == 1;
            }
        };
        PendingReply<String> reply =
                new PendingReply<>(new CommandIds(), WORK.command("a"), loop, ExchangeObserver.NONE, once);
        near.session.submit(reply.command());
        loop.run();
        assertThat(started).containsExactly("a");
        near.session.end(ErrorCode.CHANNEL_CLOSED, "lost");
        loop.run();
        assertThat(reply.reply().isComplete()).isFalse();
        return reply;
    }

    private Session session(int maxConcurrent, boolean firstLife) {
        Session.Setup setup = new Session.Setup(
                "session", handlers, maxConcurrent, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN);
        return new Session(setup, loop, firstLife);
    }

    private void attach() {
        link = new MemoryLink(loop, false);
        connect();
    }

    private void connect() {
        Frame.Hello hello = MemoryLink.hello("session");
        ChannelEngine.listen(link.far, loop, HANDSHAKE_TIMEOUT, far, ExchangeObserver.NONE);
        ChannelEngine.connect(link.near, loop, hello, HANDSHAKE_TIMEOUT, near, ExchangeObserver.NONE);
        loop.run();
    }

    private PendingReply<String> call(String request) {
        return send(WORK.command(request));
    }

    private PendingReply<String> send(Command<String, String> command) {
        PendingReply<String> reply = near.session.call(command);
        loop.run();
        return reply;
    }

    private void answer(String request) {
        Objects.requireNonNull(answers.get(request)).complete("re: " + request);
        loop.run();
    }

    private static void assertAnswered(PendingReply<String> reply, String answer) {
        assertThat(reply.reply().succeeded()).isTrue();
        assertThat(reply.reply().result().payload()).isEqualTo(answer);
    }

    private static void assertRefused(PendingReply<String> reply, ErrorCode code, Execution execution) {
        Future<?> outcome = reply.reply();
        assertThat(outcome.cause()).isInstanceOfSatisfying(ExchangeException.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(refused.execution()).isEqualTo(execution);
        });
    }

    /** An end that listens and says nothing. */
    private static final class Silent implements ConnectionListener {

        @Override
        public void onFrame(Frame frame, long sentAtNanos) {}

        @Override
        public void onClosed(CloseReason reason) {}
    }
}
