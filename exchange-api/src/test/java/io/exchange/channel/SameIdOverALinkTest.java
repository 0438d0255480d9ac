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
import io.exchange.api.PayloadType;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamType;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.transport.ConnectionListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Senders give the same id to several commands, and nodes send them on to the sessions that another node has. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SameIdOverALinkTest {

    private static final CommandType<String, String> WORK = CommandType.of("work.v1", String.class, String.class);
    private static final StreamType<String, String, String, String> TALK =
            StreamType.both(WORK, PayloadType.json(String.class), PayloadType.json(String.class));
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String ID = "given";

    private final ManualLoop loop = new ManualLoop();
    private final Connector one = new Connector("one");
    private final Connector other = new Connector("other");
    private final Sender a = new Sender("a");
    private final Sender c = new Sender("c");

    @BeforeEach
    void attach() {
        one.attach();
        other.attach();
        a.link();
        c.link();
    }

    @Test
    void two_nodes_that_send_it_to_one_session_are_two_senders_and_the_second_is_refused() {
        PendingReply<String> first = a.send(one, work());
        PendingReply<String> second = c.send(one, work());

        assertRefused(second, Execution.NOT_EXECUTED);
        assertThat(one.commands).hasSize(1);
        one.answer(0, "done");
        assertAnswered(first, "done");
        assertNothingIsLeft();
    }

    @Test
    void a_node_that_goes_on_with_it_takes_it_over_and_the_first_hears_that_it_may_have_run() {
        PendingReply<String> first = a.send(one, work());
        PendingReply<String> second = c.prepare(one, work());
        second.command().sentSince(loop.nanoTime());
        c.submit(second);

        assertRefused(first, Execution.UNKNOWN);
        assertThat(one.commands).hasSize(2);
        one.answer(1, "done");
        assertAnswered(second, "done");
        assertNothingIsLeft();
    }

    @Test
    void the_node_of_the_session_that_goes_on_with_it_takes_it_over_too() {
        PendingReply<String> first = a.send(one, work());
        PendingReply<String> second =
                new PendingReply<>(new CommandIds(), work(), loop, ExchangeObserver.NONE, PendingReply.Rerouter.NONE);
        second.command().sentSince(loop.nanoTime());
        one.session.submit(second.command());
        loop.run();

        assertThat(second.reply().isComplete()).isFalse();
        assertThat(first.reply().failed()).isTrue();
        one.answer(1, "done");
        assertAnswered(second, "done");
    }

    @Test
    void a_node_that_starts_it_anew_takes_it_over_too() {
        PendingReply<String> first = a.send(one, work());
        PendingReply<String> second = c.prepare(one, work());
        second.command().attempt(2);
        c.submit(second);

        assertRefused(first, Execution.UNKNOWN);
        one.answer(1, "done");
        assertAnswered(second, "done");
        assertNothingIsLeft();
    }

    @Test
    void the_same_node_over_a_newer_link_has_given_the_first_up() {
        a.send(one, work());
        a.link();
        PendingReply<String> again = a.send(one, work());

        assertThat(one.commands).hasSize(2);
        one.answer(1, "done");
        assertAnswered(again, "done");
    }

    @Test
    void to_two_sessions_of_one_node_both_go_out_and_each_is_answered_by_its_own() {
        PendingReply<String> first = a.send(one, work());
        PendingReply<String> second = a.send(other, work());

        assertThat(one.commands).extracting(Frame.Command::id).containsExactly(ID);
        assertThat(other.commands).extracting(Frame.Command::id).containsExactly(ID);
        other.answer(0, "other");
        one.answer(0, "one");
        assertAnswered(first, "one");
        assertAnswered(second, "other");
        assertThat(first.commandId()).isEqualTo(ID);
        assertNothingIsLeft();
    }

    @Test
    void to_one_session_the_second_of_one_node_is_refused_before_it_is_sent() {
        PendingReply<String> first = a.send(one, work());
        PendingReply<String> second = a.send(one, work());

        assertRefused(second, Execution.NOT_EXECUTED);
        one.answer(0, "done");
        assertAnswered(first, "done");
        assertThat(one.commands).hasSize(1);
    }

    @Test
    void a_cancel_reaches_only_the_session_that_it_is_for() {
        PendingReply<String> first = a.send(one, work());
        PendingReply<String> second = a.send(other, work());

        second.cancel();
        loop.run();

        assertThat(one.cancels).isEmpty();
        assertThat(other.cancels).extracting(Frame.Cancel::id).containsExactly(ID);
        other.answer(0, "half of it");
        assertAnswered(second, "half of it");
        assertThat(first.reply().isComplete()).isFalse();
    }

    @Test
    void items_and_credit_go_to_their_own_either_way() {
        StreamCall<String, String, String> first = a.open(one);
        StreamCall<String, String, String> second = a.open(other);
        List<String> fromOne = new ArrayList<>();
        List<String> fromOther = new ArrayList<>();
        first.down().handler(fromOne::add);
        second.down().handler(fromOther::add);
        loop.run();
        assertThat(one.credits).isNotEmpty().allMatch(credit -> credit.id().equals(ID));
        assertThat(other.credits).isNotEmpty().allMatch(credit -> credit.id().equals(ID));

        one.giveCredit();
        first.up().write("to one");
        second.up().write("to other, which gave no credit");
        loop.run();
        one.sendItem("from one");
        other.sendItem("from other");

        assertThat(one.items).containsExactly("to one");
        assertThat(other.items).isEmpty();
        assertThat(fromOne).containsExactly("from one");
        assertThat(fromOther).containsExactly("from other");
    }

    @Test
    void a_late_answer_of_one_session_does_not_end_what_was_sent_to_another_since() {
        PendingReply<String> late = a.send(one, work().withTimeout(Duration.ofSeconds(1)));
        Frame.Reply onTheWay = one.reply(0, "late");
        a.farEnd.hold();
        one.send(onTheWay);
        loop.advance(Duration.ofMillis(1100));
        assertThat(late.reply().failed()).isTrue();

        PendingReply<String> second = a.send(other, work());
        a.farEnd.release();
        loop.run();

        assertThat(second.reply().isComplete()).isFalse();
        other.answer(0, "done");
        assertAnswered(second, "done");
    }

    private static Command<String, String> work() {
        return WORK.command("x").withId(ID).withoutTimeout();
    }

    private static void assertAnswered(PendingReply<String> reply, String answer) {
        assertThat(reply.reply().succeeded()).isTrue();
        assertThat(reply.reply().result().payload()).isEqualTo(answer);
    }

    private static void assertRefused(PendingReply<String> reply, Execution execution) {
        assertThat(reply.reply().cause()).isInstanceOfSatisfying(ExchangeException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.INVALID);
            assertThat(refused.execution()).isEqualTo(execution);
        });
    }

    private void assertNothingIsLeft() {
        for (Session session : List.of(a.here, a.there, c.here, c.there, one.session, other.session)) {
            assertThat(session.load()).isZero();
            assertThat(session.isIdle()).isTrue();
        }
    }

    private Session.Setup setup(String id) {
        return new Session.Setup(id, new Handlers(), 0, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN);
    }

    /** Lets nothing pass for a while. */
    private static final class Gate implements MemoryLink.Watcher {

        private final List<Runnable> held = new ArrayList<>();
        private boolean isHeld;

        @Override
        public void came(boolean atFar, Runnable delivery) {
            if (isHeld && !atFar) {
                held.add(delivery);
            } else {
                delivery.run();
            }
        }

        void hold() {
            isHeld = true;
        }

        void release() {
            isHeld = false;
            held.forEach(Runnable::run);
        }
    }

    /** A node with a link to the one that has the sessions. */
    private final class Sender {

        private final String nodeId;
        private Session here = Session.relaying(setup("here"), "b", loop, onward -> Optional.empty());
        private Session there = here;
        private Gate farEnd = new Gate();

        Sender(String nodeId) {
            this.nodeId = nodeId;
        }

        void link() {
            here = Session.relaying(setup("here"), "b", loop, onward -> Optional.empty());
            there = Session.relaying(
                    setup("there"),
                    nodeId,
                    loop,
                    onward -> Optional.of(onward.sessionId().equals("one") ? one.session : other.session));
            MemoryLink link = new MemoryLink(loop, false);
            farEnd = new Gate();
            link.watch(farEnd);
            ChannelEngine.listen(link.far, loop, PATIENCE, new ObligingEnd(there), ExchangeObserver.NONE);
            ChannelEngine.connect(
                    link.near, loop, MemoryLink.hello("link"), PATIENCE, new ObligingEnd(here), ExchangeObserver.NONE);
            loop.run();
        }

        PendingReply<String> send(Connector to, Command<String, String> command) {
            PendingReply<String> reply = prepare(to, command);
            submit(reply);
            return reply;
        }

        PendingReply<String> prepare(Connector to, Command<String, String> command) {
            PendingReply<String> reply = new PendingReply<>(
                    new CommandIds(), command, loop, ExchangeObserver.NONE, PendingReply.Rerouter.NONE);
            reply.command().onward(to.onward());
            return reply;
        }

        void submit(PendingReply<String> reply) {
            here.submit(reply.command());
            loop.run();
        }

        StreamCall<String, String, String> open(Connector to) {
            PendingReply<String> reply = prepare(to, work());
            StreamCall<String, String, String> call = reply.withStreams(TALK);
            submit(reply);
            return call;
        }
    }

    /** A connector that is told what to say, and the session that the far node has for it. */
    private final class Connector {

        private final List<Frame.Command> commands = new ArrayList<>();
        private final List<Frame.Cancel> cancels = new ArrayList<>();
        private final List<Frame.Credit> credits = new ArrayList<>();
        private final List<String> items = new ArrayList<>();
        private final Session session;
        private final MemoryLink link = new MemoryLink(loop, false);

        Connector(String sessionId) {
            session = new Session(setup(sessionId), loop, true);
        }

        void attach() {
            link.near.start(new ConnectionListener() {
                @Override
                public void onFrame(Frame frame, long sentAtNanos) {
                    take(frame);
                }

                @Override
                public void onClosed(CloseReason reason) {}
            });
            ChannelEngine.listen(link.far, loop, PATIENCE, new ObligingEnd(session), ExchangeObserver.NONE);
            send(MemoryLink.hello(session.id()));
        }

        private void take(Frame frame) {
            if (frame instanceof Frame.Command command) {
                commands.add(command);
            } else if (frame instanceof Frame.Cancel cancel) {
                cancels.add(cancel);
            } else if (frame instanceof Frame.Credit credit) {
                credits.add(credit);
            } else if (frame instanceof Frame.Item item) {
                items.add(item.payload().value(PayloadType.json(String.class)));
            }
        }

        Frame.Onward onward() {
            return new Frame.Onward("target", session.id(), Delivery.RESUME);
        }

        void send(Frame frame) {
            link.near.send(frame);
            loop.run();
        }

        void answer(int index, String text) {
            send(reply(index, text));
        }

        Frame.Reply reply(int index, String text) {
            Frame.Command command = commands.get(index);
            return new Frame.Reply(
                    command.id(),
                    command.leg(),
                    command.origin(),
                    new Outcome.Succeeded(Payload.of(WORK.reply(), text)));
        }

        void giveCredit() {
            Frame.Command command = commands.get(0);
            send(new Frame.Credit(command.id(), command.leg(), "", true, 1, 1000));
        }

        void sendItem(String text) {
            Frame.Command command = commands.get(0);
            Payload payload = Payload.of(PayloadType.json(String.class), text);
            send(new Frame.Item(command.id(), command.leg(), "", false, 0, false, payload));
        }
    }
}
