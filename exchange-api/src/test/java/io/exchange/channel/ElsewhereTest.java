package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.ReplyMemory;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.protocol.Payloads;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connector's session goes from a first node to a next one, and repeats there what it sent to the first. */
class ElsewhereTest {

    private static final CommandType<String, String> WORK = CommandType.of("work.v1", String.class, String.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final List<String> started = new ArrayList<>();
    private final ManualLoop loop = new ManualLoop();
    private Node first = new Node(Elsewhere.NOWHERE);
    private final Node next = new Node(new FirstNode());
    private Optional<Session> linkFromNext = Optional.empty();
    private long attaches;
    private MemoryLink between = new MemoryLink(loop, false);

    @BeforeEach
    void link() {
        between = new MemoryLink(loop, false);
        Session atFirst = Session.relaying(
                setup(Elsewhere.NOWHERE, new Handlers()), "next", loop, to -> Optional.of(first.session));
        Session atNext =
                Session.relaying(setup(Elsewhere.NOWHERE, new Handlers()), "first", loop, to -> Optional.empty());
        ChannelEngine.listen(between.far, loop, PATIENCE, new Door(atFirst, "link"), ExchangeObserver.NONE);
        ChannelEngine.connect(
                between.near,
                loop,
                MemoryLink.hello("session", 1),
                PATIENCE,
                new Door(atNext, "link"),
                ExchangeObserver.NONE);
        loop.run();
        linkFromNext = Optional.of(atNext);
        first.attach();
    }

    @Test
    void what_runs_at_the_first_node_is_joined() {
        first.send(command("a"));
        move();
        next.send(repeat("a"));
        assertThat(next.replies).isEmpty();
        first.running.get(0).complete("done");
        loop.run();
        assertThat(next.answers()).containsExactly("done");
        assertThat(next.running).isEmpty();
    }

    @Test
    void what_has_ended_at_the_first_node_is_remembered_there() {
        first.send(command("a"));
        first.running.get(0).complete("done");
        loop.run();
        move();
        next.send(repeat("a"));
        assertThat(next.answers()).containsExactly("done");
        assertThat(next.running).isEmpty();
    }

    @Test
    void what_waits_at_the_first_node_for_its_turn_runs_at_the_next() {
        Node busy = new Node(Elsewhere.NOWHERE, 1, true);
        first = busy;
        busy.attach();
        busy.send(command("a"));
        busy.send(command("b"));
        next.attach(); // the first node has not noticed yet that its channel is lost
        next.send(repeat("b"));
        assertThat(busy.session.state()).isEqualTo(Session.State.SUSPENDED);
        assertThat(next.running).hasSize(1);
        busy.running.get(0).complete("done");
        loop.run();
        assertThat(busy.running).hasSize(1);
    }

    @Test
    void a_question_that_comes_when_the_session_is_back_leaves_its_channel_alone_and_the_command_runs() {
        move();
        List<Runnable> late = new ArrayList<>();
        between.watch((atFar, delivery) -> late.add(delivery));
        next.send(repeat("a"));
        next.link.cut();
        first.attach();
        late.forEach(Runnable::run);
        loop.run();

        assertThat(first.session.state()).isEqualTo(Session.State.ATTACHED);
        first.send(repeat("a"));
        assertThat(first.refusals()).isEmpty();
        assertThat(first.running).hasSize(1);
        assertThat(next.running).isEmpty();
    }

    @Test
    void a_question_that_comes_when_the_session_is_back_is_still_answered() {
        first.send(command("a"));
        move();
        List<Runnable> late = new ArrayList<>();
        between.watch((atFar, delivery) -> late.add(delivery));
        next.send(repeat("a"));
        next.link.cut();
        first.attach();
        first.send(repeat("a"));
        between.watch((atFar, delivery) -> delivery.run());
        late.forEach(Runnable::run);
        loop.run();
        first.running.get(0).complete("done");
        loop.run();

        assertThat(first.answers()).containsExactly("done");
        assertThat(linkFromNext.orElseThrow().load()).isZero();
    }

    @Test
    void all_that_ask_hear_how_it_ended() {
        first.send(command("a"));
        move();
        List<Outcome> heard = new ArrayList<>();
        first.session.asked(repeat("a"), 0, heard::add);
        first.session.asked(repeat("a"), 0, heard::add);
        first.attach();
        first.send(repeat("a"));
        first.running.get(0).complete("done");
        loop.run();
        assertThat(heard).hasSize(2).allMatch(outcome -> outcome instanceof Outcome.Succeeded);
        assertThat(first.answers()).containsExactly("done");
    }

    @Test
    void who_asks_of_what_waits_on_a_channel_that_is_lost_then_hears_that_it_may_run() {
        Node busy = new Node(Elsewhere.NOWHERE, 1, true);
        busy.attach();
        busy.attach();
        busy.send(command("a"));
        busy.send(command("b"));
        List<Outcome> heard = new ArrayList<>();
        busy.session.asked(question("b", 1), 0, heard::add);
        assertThat(heard).isEmpty();
        busy.link.cut();
        assertThat(heard)
                .singleElement()
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.cause().execution()).isEqualTo(Execution.UNKNOWN));
    }

    @Test
    void a_later_question_takes_the_place_of_an_earlier_one() {
        first.send(command("a"));
        move();
        next.send(repeat("a"));
        next.link.cut();
        next.attach();
        next.send(repeat("a"));
        first.running.get(0).complete("done");
        loop.run();
        assertThat(next.answers()).containsExactly("done");
        assertThat(linkFromNext.orElseThrow().load()).isZero();
    }

    @Test
    void no_more_is_asked_at_a_time_than_a_connector_may_have_out() {
        move();
        List<Runnable> late = new ArrayList<>();
        between.watch((atFar, delivery) -> late.add(delivery)); // nobody answers
        ChannelLimits limits = ChannelLimits.DEFAULT;
        int most = limits.maxInFlight() + limits.maxQueued();
        for (int i = 0; i < most; i++) {
            next.send(repeat("c" + i));
        }
        assertThat(next.replies).isEmpty();

        next.send(repeat("one too many"));
        assertThat(next.refusals()).containsExactly(Execution.UNKNOWN);
    }

    @Test
    void what_never_came_to_the_first_node_runs_at_the_next_and_nowhere_else_after_that() {
        move();
        next.send(repeat("a"));
        assertThat(next.running).hasSize(1);
        next.send(repeat("a")); // joins
        assertThat(next.running).hasSize(1);

        Node third = new Node(new FirstNode());
        third.attach();
        third.send(repeat("a"));
        assertThat(third.running).isEmpty();
        assertThat(third.refusals()).containsExactly(Execution.UNKNOWN);
    }

    @Test
    void where_the_first_node_is_gone_nothing_runs() {
        first.send(command("a"));
        move();
        linkFromNext = Optional.empty();
        next.send(repeat("a"));
        assertThat(next.running).isEmpty();
        assertThat(next.refusals()).containsExactly(Execution.UNKNOWN);
        assertThat(next.uncovered.count).isEqualTo(1);
    }

    @Test
    void where_the_first_node_does_not_remember_that_far_back_nothing_runs() {
        Node forgetful = new Node(Elsewhere.NOWHERE, 0, false);
        first = forgetful;
        next.attach();
        next.send(repeat("a"));
        assertThat(next.running).isEmpty();
        assertThat(next.refusals()).containsExactly(Execution.UNKNOWN);
        assertThat(forgetful.uncovered.count).isEqualTo(1);
        assertThat(next.uncovered.count).isZero();
    }

    @Test
    void where_the_link_is_lost_while_it_is_asked_nothing_runs() {
        first.send(command("a"));
        move();
        next.send(repeat("a"));
        between.cut();
        loop.run();
        linkFromNext.orElseThrow().end(ErrorCode.CHANNEL_CLOSED, "the link is lost");
        loop.run();
        assertThat(next.running).isEmpty();
        assertThat(next.refusals()).containsExactly(Execution.UNKNOWN);
        assertThat(next.uncovered.count).isEqualTo(1);
    }

    @Test
    void a_cancel_reaches_the_handler_at_the_first_node_and_its_answer_comes_back() {
        first.send(command("a"));
        move();
        next.send(repeat("a"));
        assertThat(first.cancelled).isZero();

        next.send(new Frame.Cancel("a", 2, ""));
        assertThat(first.cancelled).isEqualTo(1);
        first.running.get(0).complete("half of it");
        loop.run();
        assertThat(next.answers()).containsExactly("half of it");
    }

    @Test
    void a_cancel_while_a_large_command_is_asked_for_reaches_its_handler_and_it_is_not_called_unexecuted() {
        first.send(command("a"));
        move();
        between.lose(frame -> frame instanceof Frame.FragmentCredit); // so that no more than a part of it leaves
        next.send(Payloads.with(repeat("a"), Payload.ofBytes(Buffer.buffer(new byte[1 << 20]))));

        next.send(new Frame.Cancel("a", 2, ""));
        assertThat(first.cancelled).isEqualTo(1);
        loop.advance(Duration.ofMillis(2100));
        assertThat(next.refusals()).containsExactly(Execution.UNKNOWN);
    }

    @Test
    void what_a_large_command_asked_for_is_not_sent_along_to_ask_what_became_of_it() {
        first.send(command("a"));
        move();
        between.lose(frame -> frame instanceof Frame.FragmentCredit);
        next.send(Payloads.with(repeat("a"), Payload.ofBytes(Buffer.buffer(new byte[1 << 20]))));

        next.send(new Frame.Cancel("a", 2, ""));
        first.running.get(0).complete("half of it");
        loop.run();
        assertThat(next.answers()).containsExactly("half of it");
    }

    @Test
    void what_is_cancelled_while_the_first_node_is_asked_does_not_start() {
        move();
        next.link.near.send(repeat("a"));
        next.link.near.send(new Frame.Cancel("a", 2, ""));
        loop.run();

        assertThat(next.running).isEmpty();
        assertThat(next.refusals()).containsExactly(Execution.NOT_EXECUTED);
    }

    @Test
    void a_repeat_that_comes_once_more_while_the_first_node_is_asked_gets_its_answer() {
        first.send(command("a"));
        move();
        next.send(repeat("a"));
        next.send(repeat("a"));
        first.running.get(0).complete("done");
        loop.run();

        assertThat(next.answers()).containsExactly("done");
    }

    @Test
    void what_follows_a_repeat_with_its_order_key_waits_for_it_wherever_that_runs() {
        first.send(keyed("a", "key"));
        first.send(keyed("b", "key"));
        move();
        next.sendAll(keyedRepeat("a", "key"), keyedRepeat("b", "key"), keyed("c", "key"));
        assertThat(started).containsExactly("a");

        complete(first, 0);
        assertThat(started).containsExactly("a", "b");
        complete(next, 0);
        assertThat(started).containsExactly("a", "b", "c");
        complete(next, 1);
        assertThat(next.answers()).hasSize(3);
        assertThat(next.session.isIdle()).isTrue();
    }

    @Test
    void repeats_that_never_came_start_in_their_order_and_before_what_follows_them_however_they_are_answered() {
        move();
        List<Runnable> answers = holdAnswers();
        next.sendAll(keyedRepeat("a", "key"), keyedRepeat("b", "key"), keyed("c", "key"), keyedRepeat("d", "key"));
        for (int i = answers.size() - 1; i >= 0; i--) {
            assertThat(started).isEmpty();
            answers.get(i).run();
            loop.run();
        }
        for (int i = 0; i < 4; i++) {
            complete(next, i);
        }

        assertThat(started).containsExactly("a", "b", "c", "d");
        assertThat(next.answers()).hasSize(4);
    }

    @Test
    void what_has_no_order_key_or_another_one_does_not_wait_for_what_is_asked() {
        first.send(keyed("a", "key"));
        move();
        next.sendAll(keyedRepeat("a", "key"), keyed("b", "key"), keyed("c", "another"), command("d"));

        assertThat(started).containsExactly("a", "c", "d");
    }

    @Test
    void what_waits_for_the_answer_of_another_node_can_be_cancelled() {
        first.send(keyed("a", "key"));
        move();
        next.sendAll(keyedRepeat("a", "key"), keyed("b", "key"), new Frame.Cancel("b", 1, ""));
        assertThat(next.refusals()).containsExactly(Execution.NOT_EXECUTED);

        complete(first, 0);
        assertThat(started).containsExactly("a");
    }

    @Test
    void what_waits_for_the_answer_of_another_node_does_not_start_after_its_deadline() {
        first.send(keyed("a", "key"));
        move();
        next.sendAll(keyedRepeat("a", "key"), withTimeLeft(keyed("b", "key"), Duration.ofSeconds(1)));
        loop.advance(Duration.ofMillis(1100));
        assertThat(next.refusals()).containsExactly(Execution.NOT_EXECUTED);

        complete(first, 0);
        assertThat(started).containsExactly("a");
    }

    @Test
    void what_waits_for_the_answer_of_another_node_is_sent_again_when_its_channel_is_lost_and_starts_in_its_turn() {
        first.send(keyed("a", "key"));
        move();
        next.sendAll(keyedRepeat("a", "key"), keyed("b", "key"), keyed("c", "key"));
        next.link.cut();
        next.attach();
        next.sendAll(keyedRepeat("a", "key"), command("b", "next-1", 0, "key"), keyed("d", "key"));
        assertThat(started).containsExactly("a");

        complete(first, 0);
        complete(next, 0);
        assertThat(started).as("c was not sent again").containsExactly("a", "b", "d");
    }

    @Test
    void what_never_came_and_is_not_sent_again_after_its_channel_was_lost_does_not_start() {
        move();
        List<Runnable> answers = holdAnswers();
        next.send(repeat("a"));
        next.link.cut();
        next.attach();
        answers.get(0).run();
        loop.run();
        assertThat(started).isEmpty();

        next.send(repeat("a"));
        answers.get(1).run();
        loop.run();
        assertThat(started).isEmpty();
        assertThat(next.refusals()).containsExactly(Execution.UNKNOWN);
    }

    @Test
    void what_is_sent_again_while_the_first_node_is_asked_has_the_time_that_it_says() {
        move();
        List<Runnable> answers = holdAnswers();
        next.send(repeat("a"));
        loop.advance(Duration.ofSeconds(3));
        next.send(withTimeLeft(repeat("a"), Duration.ofSeconds(2)));
        answers.get(0).run();
        loop.run();

        assertThat(started).containsExactly("a");
    }

    /** From now on what the first node answers stays on the way until the test delivers it. */
    private List<Runnable> holdAnswers() {
        List<Runnable> held = new ArrayList<>();
        between.watch((atFar, delivery) -> {
            if (atFar) {
                delivery.run();
            } else {
                held.add(delivery);
            }
        });
        return held;
    }

    private void complete(Node node, int number) {
        node.running.get(number).complete("done");
        loop.run();
    }

    private void move() {
        first.link.cut();
        loop.run();
        first.session.moveAway();
        next.attach();
    }

    private static Frame.Command command(String id) {
        return command(id, "", Frame.NOT_REPEATED);
    }

    private static Frame.Command repeat(String id) {
        return command(id, "first-1", Duration.ofSeconds(1).toNanos());
    }

    private static Frame.Command question(String id, long attachNumber) {
        Frame.Command repeat = repeat(id);
        return new Frame.Command(
                id,
                repeat.leg(),
                repeat.origin(),
                repeat.type(),
                repeat.headers(),
                repeat.timeLeftNanos(),
                repeat.repeatAgeNanos(),
                repeat.attempt(),
                null,
                null,
                Frame.Items.NONE,
                new Frame.Onward("target", "session", Delivery.RESUME, true, attachNumber),
                repeat.payload());
    }

    private static Frame.Command command(String id, String origin, long age) {
        return command(id, origin, age, null);
    }

    private static Frame.Command keyed(String id, String orderKey) {
        return command(id, "", Frame.NOT_REPEATED, orderKey);
    }

    private static Frame.Command keyedRepeat(String id, String orderKey) {
        return command(id, "first-1", Duration.ofSeconds(1).toNanos(), orderKey);
    }

    private static Frame.Command command(String id, String origin, long age, @Nullable String orderKey) {
        return new Frame.Command(
                id,
                age < 0 ? 1 : 2,
                origin,
                WORK.name(),
                Map.of(),
                PATIENCE.toNanos(),
                age,
                1,
                orderKey,
                null,
                Frame.Items.NONE,
                Payload.of(WORK.request(), "x"));
    }

    private static Frame.Command withTimeLeft(Frame.Command command, Duration timeLeft) {
        return new Frame.Command(
                command.id(),
                command.leg(),
                command.origin(),
                command.type(),
                command.headers(),
                timeLeft.toNanos(),
                command.repeatAgeNanos(),
                command.attempt(),
                command.orderKey(),
                null,
                Frame.Items.NONE,
                command.payload());
    }

    private static Session.Setup setup(Elsewhere elsewhere, Handlers handlers) {
        return new Session.Setup(
                "session",
                handlers,
                0,
                ExchangeObserver.NONE,
                new CommandIds(),
                Fence.OPEN,
                elsewhere,
                ReplyMemory.DEFAULT);
    }

    /** A node with its half of the session, and the connector's end of the channel to it. */
    private final class Node {

        private final List<Promise<String>> running = new ArrayList<>();
        private final List<Outcome> replies = new ArrayList<>();
        private final Session session;
        private int cancelled;
        private MemoryLink link = new MemoryLink(loop, false);

        private final Uncovered uncovered = new Uncovered();

        Node(Elsewhere elsewhere) {
            this(elsewhere, 0, true);
        }

        Node(Elsewhere elsewhere, int maxConcurrent, boolean firstLife) {
            Handlers handlers = new Handlers();
            handlers.set(WORK, (text, context) -> {
                Promise<String> promise = Promise.promise();
                context.onCancel(() -> cancelled++);
                started.add(context.commandId());
                running.add(promise);
                return promise.future();
            });
            session = new Session(
                    new Session.Setup(
                            "session",
                            handlers,
                            maxConcurrent,
                            uncovered,
                            new CommandIds(),
                            Fence.OPEN,
                            elsewhere,
                            ReplyMemory.DEFAULT),
                    loop,
                    firstLife);
        }

        void attach() {
            link = new MemoryLink(loop, false);
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
            ChannelEngine.listen(link.far, loop, PATIENCE, new Door(session, "channel"), ExchangeObserver.NONE);
            attaches++;
            link.near.send(MemoryLink.hello("session", attaches));
            loop.run();
        }

        void send(Frame command) {
            sendAll(command);
        }

        void sendAll(Frame... frames) {
            for (Frame frame : frames) {
                link.near.send(frame);
            }
            loop.run();
        }

        List<String> answers() {
            return replies.stream()
                    .map(outcome -> ((Outcome.Succeeded) outcome).payload().value(WORK.reply()))
                    .toList();
        }

        List<Execution> refusals() {
            return replies.stream()
                    .map(outcome -> ((Outcome.Refused) outcome).cause().execution())
                    .toList();
        }
    }

    /** Counts the repeats that ended unknown. */
    private static final class Uncovered implements ExchangeObserver {

        private int count;

        @Override
        public void repeatReceived(String type, boolean covered) {
            count += covered ? 0 : 1;
        }
    }

    /** What the later nodes know of the first. */
    private final class FirstNode implements Elsewhere {

        @Override
        public boolean isHere(String firstChannel) {
            return !firstChannel.equals("first-1");
        }

        @Override
        public Optional<Session> linkTo(String firstChannel) {
            return linkFromNext;
        }

        @Override
        public Frame.Onward sameSession(long attachNumber) {
            return new Frame.Onward("target", "session", Delivery.RESUME, true, attachNumber);
        }
    }

    /** Either end of a channel that is accepted at once. */
    private record Door(Session session, String id) implements ChannelOwner {

        @Override
        public void hello(ChannelEngine channel, Frame.Hello frame) {
            channel.introduce(frame);
            channel.activate(new Frame.HelloReply(id, "", ChannelLimits.DEFAULT, Payload.EMPTY), session);
        }

        @Override
        public void helloReply(ChannelEngine channel, Frame.HelloReply frame) {
            channel.activate(frame, session);
        }

        @Override
        public void closed(ChannelEngine channel, CloseReason reason) {
            if (session.isCarriedBy(channel)) {
                session.suspend();
            }
        }
    }
}
