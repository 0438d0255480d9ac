package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.Command;
import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.transport.ConnectionListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A command that moves from a lost session to another: whatever is said of it there, the first may have run it. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class MovedCommandTest {

    private static final CommandType<String, String> WORK = CommandType.of("work.v1", String.class, String.class);

    private final ManualLoop loop = new ManualLoop();
    private final Session lost = session();
    private final Session next = session();
    private final List<PendingCommand> takenBack = new ArrayList<>();

    @Test
    void cancelled_on_no_path_it_may_have_run() {
        PendingReply<String> reply = moved();

        reply.cancel();
        loop.run();

        assertMayHaveRun(reply, ErrorCode.CANCELLED);
    }

    @Test
    void refused_on_no_path_it_may_have_run() {
        PendingReply<String> reply = moved();

        reply.refuse(ErrorCode.EXHAUSTED.notExecuted("too many wait for the target"));

        assertMayHaveRun(reply, ErrorCode.EXHAUSTED);
    }

    @Test
    void where_there_is_no_place_for_it_it_may_have_run() {
        PendingReply<String> reply = moved();
        for (int i = 0; i < ChannelLimits.DEFAULT.maxQueued(); i++) {
            next.call(WORK.command("fills the queue"));
        }

        next.submit(reply.command());

        assertMayHaveRun(reply, ErrorCode.EXHAUSTED);
        assertThat(((ExchangeException) reply.reply().cause()).retryAfter()).isPresent();
    }

    @Test
    void sent_again_to_a_session_without_a_channel_it_waits_however_much_does_and_goes_first() {
        for (int i = 0; i < ChannelLimits.DEFAULT.maxQueued(); i++) {
            next.call(WORK.command("fills the queue"));
        }
        PendingReply<String> reply = new PendingReply<>(
                new CommandIds(), WORK.command("a repeat"), loop, ExchangeObserver.NONE, new Rerouter());
        reply.command().sentSince(loop.nanoTime());

        next.submit(reply.command());
        assertThat(reply.reply().isComplete()).isFalse();
        List<Frame.Command> seen = new ArrayList<>();
        attach(next, frame -> {
            seen.add(frame);
            return new Frame.GoodByeAck();
        });
        assertThat(seen.get(0).id()).isEqualTo(reply.commandId());
        assertThat(seen).hasSize(ChannelLimits.DEFAULT.maxInFlight());
    }

    @Test
    void where_its_id_is_on_its_way_already_it_may_have_run() {
        PendingReply<String> reply = moved();
        next.call(WORK.command("another").withId(reply.commandId()));

        next.submit(reply.command());

        assertMayHaveRun(reply, ErrorCode.INVALID);
    }

    @Test
    void where_its_second_receiver_refuses_it_it_may_have_run() {
        PendingReply<String> reply = moved();
        attach(
                next,
                frame -> new Frame.Reply(
                        frame.id(),
                        frame.leg(),
                        frame.origin(),
                        new Outcome.Refused(ErrorCode.UNKNOWN_COMMAND.notExecuted("there is no handler"))));

        next.submit(reply.command());
        loop.run();

        assertMayHaveRun(reply, ErrorCode.UNKNOWN_COMMAND);
    }

    /** A command that was sent to a session whose channel was lost. */
    private PendingReply<String> moved() {
        MemoryLink link = attach(lost, frame -> new Frame.GoodByeAck());
        Command<String, String> command = WORK.command("a").withDelivery(Delivery.AT_LEAST_ONCE);
        PendingReply<String> reply =
                new PendingReply<>(new CommandIds(), command, loop, ExchangeObserver.NONE, new Rerouter());
        lost.submit(reply.command());
        loop.run();
        link.cut();
        assertThat(takenBack).containsExactly(reply.command());
        reply.command().startAnew();
        return reply;
    }

    private final class Rerouter implements PendingReply.Rerouter {

        @Override
        public boolean takesBack(PendingCommand command) {
            return takenBack.add(command);
        }
    }

    private interface Receiver {
        Frame answer(Frame.Command command);
    }

    private MemoryLink attach(Session session, Receiver receiver) {
        MemoryLink link = new MemoryLink(loop, false);
        link.near.start(new ConnectionListener() {
            @Override
            public void onFrame(Frame frame, long sentAtNanos) {
                if (frame instanceof Frame.Command command) {
                    link.near.send(receiver.answer(command));
                }
            }

            @Override
            public void onClosed(CloseReason reason) {}
        });
        ChannelEngine.listen(link.far, loop, Duration.ofSeconds(5), new Accepting(session), ExchangeObserver.NONE);
        link.near.send(MemoryLink.hello(session.id()));
        loop.run();
        return link;
    }

    private Session session() {
        return new Session(
                new Session.Setup("session", new Handlers(), 0, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN),
                loop,
                true);
    }

    private static void assertMayHaveRun(PendingReply<String> reply, ErrorCode code) {
        assertThat(reply.reply().cause()).isInstanceOfSatisfying(ExchangeException.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(refused.execution()).isEqualTo(Execution.UNKNOWN);
        });
    }

    /** A controller's door for one session. */
    private record Accepting(Session session) implements ChannelOwner {

        @Override
        public void hello(ChannelEngine channel, Frame.Hello frame) {
            channel.activate(new Frame.HelloReply("channel", "", ChannelLimits.DEFAULT, Payload.EMPTY), session);
        }

        @Override
        public void closed(ChannelEngine channel, CloseReason reason) {
            if (session.isCarriedBy(channel)) {
                session.suspend();
            }
        }
    }
}
