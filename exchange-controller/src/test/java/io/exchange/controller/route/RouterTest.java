package io.exchange.controller.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Call;
import io.exchange.api.CloseReason;
import io.exchange.api.Command;
import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.Reply;
import io.exchange.api.Roles;
import io.exchange.api.Route;
import io.exchange.channel.ChannelEngine;
import io.exchange.channel.ChannelOwner;
import io.exchange.channel.CommandIds;
import io.exchange.channel.Handlers;
import io.exchange.channel.ManualLoop;
import io.exchange.channel.MemoryLink;
import io.exchange.channel.Session;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.accept.Door;
import io.exchange.controller.accept.Visitor;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.DirectoryListener;
import io.exchange.controller.cluster.MemoryDirectory;
import io.exchange.controller.cluster.Registration;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a router makes of records that are behind, and of nodes that cannot be reached. */
class RouterTest {

    private static final CommandType<String, String> PING = CommandType.of("ping.v1", String.class, String.class);

    /** As many wait for one target at the most, and on one link that is not up. */
    private static final int MOST_WAITING = 1024;

    /** Four commands in flight and four queued. */
    private static final ChannelLimits FEW_COMMANDS =
            new ChannelLimits(Duration.ofSeconds(3), 3, Duration.ofSeconds(10), Duration.ofSeconds(30), 4, 4, 16 << 20);

    private final ManualLoop loop = new ManualLoop();
    private final RemoteDirectory directory = new RemoteDirectory();
    private final Map<String, Session> links = new HashMap<>();
    private final Door door = new Door(
            loop,
            new MemoryDirectory(new ElectionRules(Map.of(), 1, true), () -> 1_700_000_000_000L, 0),
            new ControllerOptions().setChannelLimits(FEW_COMMANDS));
    private final Router router = new Router(new Router.Parts(
            "here",
            directory,
            door.sessions(),
            node -> Optional.ofNullable(links.get(node)),
            new CommandIds(),
            ExchangeObserver.NONE,
            loop,
            () -> true));

    @Test
    void that_nobody_is_there_is_said_after_one_look_at_the_record_itself() {
        Future<Reply<String>> reply = send(PING.command("are you there?"));

        assertThat(reply.isComplete()).isFalse();
        directory.answerRead();
        assertThat(codeOf(reply)).isEqualTo(ErrorCode.NO_CHANNEL);
    }

    @Test
    void a_look_that_began_before_a_command_was_sent_decides_nothing_about_it() {
        Future<Reply<String>> before = send(PING.command("too early"));
        Promise<TargetRecord> firstLook = directory.read;
        TargetRecord empty = directory.kept();
        directory.attach("s1", "there");
        Future<Reply<String>> after = send(PING.command("it has attached"));
        firstLook.complete(empty);
        loop.run();

        assertThat(codeOf(before)).isEqualTo(ErrorCode.NO_CHANNEL);
        assertThat(directory.read).as("looks again").isNotSameAs(firstLook);
        directory.answerRead();
        assertThat(after.isComplete()).as("waits for the link to the node").isFalse();
    }

    @Test
    void a_deadline_holds_while_the_record_is_looked_at() {
        Future<Reply<String>> reply = send(PING.command("in a hurry").withTimeout(Duration.ofSeconds(1)));

        loop.advance(Duration.ofMillis(1100));
        assertThat(codeOf(reply)).isEqualTo(ErrorCode.TIMEOUT);
        directory.answerRead();
    }

    @Test
    void who_waits_for_the_next_look_shares_it() {
        send(PING.command("one"));
        Promise<TargetRecord> firstLook = directory.read;
        Future<Reply<String>> two = send(PING.command("two"));
        Future<Reply<String>> three = send(PING.command("three"));
        firstLook.complete(directory.kept());
        loop.run();
        directory.answerRead();

        assertThat(List.of(codeOf(two), codeOf(three))).containsOnly(ErrorCode.NO_CHANNEL);
        assertThat(directory.reads).isEqualTo(2);
    }

    @Test
    void a_command_to_the_holder_of_a_role_goes_to_one_that_can_be_reached() {
        directory.attach("s1", "cut-off");
        directory.attach("s2", "there");
        directory.learn();
        Session link = link();
        links.put("there", link);
        send(PING.command("to any of both").withRoute(Route.holder(Roles.PRIMARY)));

        assertThat(link.load()).isEqualTo(1);
    }

    @Test
    void a_command_to_any_channel_stays_on_its_node_as_long_as_a_session_there_has_room_in_flight() {
        Session link = nearAndFar();
        List<Future<Reply<String>>> sent = sendMany(FEW_COMMANDS.maxInFlight());

        assertThat(sent).noneMatch(Future::isComplete);
        assertThat(link.load()).isZero();
    }

    @Test
    void commands_to_any_channel_beyond_that_go_to_whoever_has_fewest() {
        Session link = nearAndFar();
        List<Future<Reply<String>>> sent = sendMany(14);

        assertThat(sent).noneMatch(Future::isComplete);
        assertThat(link.load()).isEqualTo(7);
        assertThat(door.sessions().find("gw", "near").orElseThrow().session().load())
                .isEqualTo(7);
    }

    @Test
    void what_a_session_of_another_node_has_no_room_for_stays_on_its_node() {
        nearAndFar();
        OtherNode far = new OtherNode();
        links.put("there", far.session);
        sendMany(FEW_COMMANDS.maxInFlight());
        Future<Reply<String>> reply = send(PING.command("one more"));
        far.answer(new Outcome.Refused(ErrorCode.EXHAUSTED.notExecuted("its own commands have filled it")));

        assertThat(reply.isComplete()).isFalse();
        assertThat(door.sessions().find("gw", "near").orElseThrow().session().load())
                .isEqualTo(5);
    }

    @Test
    void what_stayed_on_its_node_and_was_sent_is_repeated_to_its_session_alone() {
        Visitor visitor = door.attach(Visitor.hello("near", 1, ""));
        directory.attach("near", "here");
        directory.attach("far", "there");
        directory.learn();
        OtherNode far = new OtherNode();
        links.put("there", far.session);
        sendMany(FEW_COMMANDS.maxInFlight());
        Future<Reply<String>> reply = send(PING.command("one more"));
        far.answer(new Outcome.Refused(ErrorCode.EXHAUSTED.notExecuted("its own commands have filled it")));
        visitor.answer(visitor.heard(Frame.Command.class).get(0), Payload.of(PING.reply(), "done"));
        assertThat(visitor.heard(Frame.Command.class)).as("all are sent").hasSize(5);

        Visitor another = door.attach(Visitor.hello("another", 1, ""));
        directory.attach("near", 2, "there");
        directory.learn();
        Session moved = door.sessions().find("gw", "near").orElseThrow().session();
        moved.suspend();
        moved.moveAway();
        loop.run();
        assertThat(another.heard(Frame.Command.class)).isEmpty();
        assertThat(reply.isComplete()).isFalse();
        assertThat(far.came.subList(1, far.came.size()))
                .hasSize(4)
                .allMatch(repeat ->
                        Objects.requireNonNull(repeat.onward()).sessionId().equals("near"));
    }

    @Test
    void what_was_sent_to_a_session_that_moves_goes_after_it_though_its_record_is_behind() {
        Visitor visitor = door.attach(Visitor.hello("near", 1, ""));
        directory.attach("near", "here");
        directory.learn();
        OtherNode there = new OtherNode();
        links.put("there", there.session);
        Future<Reply<String>> reply = send(PING.command("x"));
        assertThat(visitor.heard(Frame.Command.class)).hasSize(1);
        Session moved = door.sessions().find("gw", "near").orElseThrow().session();
        moved.suspend();
        moved.moveAway();
        loop.run();
        assertThat(reply.isComplete()).isFalse();

        directory.attach("near", 2, "there");
        directory.learn();
        loop.advance(Duration.ofSeconds(2));
        assertThat(there.came).hasSize(1).allMatch(command -> command.repeatAgeNanos() != Frame.NOT_REPEATED);
    }

    @Test
    void what_nobody_has_room_for_is_refused_at_once() {
        nearAndFar();
        OtherNode far = new OtherNode();
        links.put("there", far.session);
        int most = FEW_COMMANDS.maxInFlight() + FEW_COMMANDS.maxQueued();
        List<Future<Reply<String>>> sent = sendMany(2 * most);
        Future<Reply<String>> reply = send(PING.command("one too many"));
        if (!reply.isComplete()) {
            far.answer(new Outcome.Refused(ErrorCode.EXHAUSTED.notExecuted("full")));
        }

        assertThat(sent).noneMatch(Future::isComplete);
        assertThat(codeOf(reply)).isEqualTo(ErrorCode.EXHAUSTED);
    }

    /** A target with a session here and one on another node, whose link is not up; gives the link. */
    private Session nearAndFar() {
        door.attach(Visitor.hello("near", 1, ""));
        directory.attach("near", "here");
        directory.attach("far", "there");
        directory.learn();
        Session link = link();
        links.put("there", link);
        return link;
    }

    private static SendLog log(Optional<SendLog.Sent> sent) {
        return log(sent, Future.succeededFuture());
    }

    private static SendLog log(Optional<SendLog.Sent> sent, Future<Void> kept) {
        return new SendLog() {
            @Override
            public int attempt() {
                return 1;
            }

            @Override
            public Optional<Sent> sent() {
                return sent;
            }

            @Override
            public Future<Void> sending(String sessionId) {
                return kept;
            }
        };
    }

    @Test
    void what_only_a_holder_may_start_carries_a_term_when_another_node_repeats_it_too() {
        OtherNode there = new OtherNode();
        directory.attach("s1", "there");
        directory.learn();
        links.put("there", there.session);
        Command<String, String> toHolder = PING.command("x").withRoute(Route.holder(Roles.PRIMARY));
        router.call("gw", toHolder.withId("first"), log(Optional.empty()));
        router.call("gw", toHolder.withId("repeat"), log(Optional.of(new SendLog.Sent("s1", Duration.ofSeconds(5)))));
        loop.run();

        assertThat(there.came).hasSize(2).allMatch(command -> command.fence() != null);
        assertThat(there.came).anyMatch(command -> command.repeatAgeNanos() >= 5_000_000_000L);
    }

    @Test
    void who_goes_on_with_a_command_that_its_own_node_has_sent_before_is_not_refused() {
        Visitor visitor = door.attach(Visitor.hello("near", 1, ""));
        directory.attach("near", "here");
        directory.learn();
        Command<String, String> command = PING.command("of a batch").withId("c");
        Future<Reply<String>> first =
                router.call("gw", command, log(Optional.empty())).reply();
        loop.run();
        Optional<SendLog.Sent> sent = Optional.of(new SendLog.Sent("near", Duration.ofSeconds(5)));
        Future<Reply<String>> second = router.call("gw", command, log(sent)).reply();
        Future<Reply<String>> third = router.call("gw", command, log(sent)).reply();
        loop.run();
        assertThat(List.of(codeOf(first), codeOf(second))).containsOnly(ErrorCode.INVALID);

        List<Frame.Command> came = visitor.heard(Frame.Command.class);
        assertThat(came).hasSize(3);
        visitor.answer(came.get(0), Payload.of(PING.reply(), "done"));
        assertThat(third.result().payload()).isEqualTo("done");
    }

    @Test
    void what_another_sender_may_have_sent_meanwhile_is_not_called_unsent_as_this_one_did_not_reach_anybody() {
        directory.attach("s1", "there");
        directory.learn();
        OtherNode there = new OtherNode();
        links.put("there", there.session);
        Promise<Void> kept = Promise.promise();
        Future<Reply<String>> reply = router.call(
                        "gw", PING.command("x").withId("c"), log(Optional.empty(), kept.future()))
                .reply();
        loop.advance(Duration.ofSeconds(2));
        kept.complete();
        loop.run();
        assertThat(there.came).hasSize(1).allMatch(command -> command.repeatAgeNanos() >= 2_000_000_000L);

        directory.forget();
        there.answer(new Outcome.NotHere(false));
        directory.answerRead();
        ExchangeException failure = (ExchangeException) reply.cause();
        assertThat(failure.execution()).isEqualTo(Execution.UNKNOWN);
    }

    @Test
    void a_session_that_a_record_has_lost_with_its_node_is_waited_for() {
        directory.attach("s1", "there");
        directory.learn();
        OtherNode there = new OtherNode();
        links.put("there", there.session);
        Future<Reply<String>> reply = send(PING.command("x"));
        assertThat(there.came).hasSize(1);
        directory.forget();
        directory.settling = true;
        there.session.end(ErrorCode.CHANNEL_CLOSED, "the node is gone");
        loop.run();
        directory.answerRead();
        assertThat(reply.isComplete()).isFalse();

        directory.settling = false;
        loop.advance(Duration.ofSeconds(2));
        directory.answerRead();
        assertThat(codeOf(reply)).isEqualTo(ErrorCode.CHANNEL_CLOSED);
    }

    @Test
    void what_waits_for_its_way_is_not_overtaken_by_what_has_its_order_key_and_finds_the_way_first() {
        directory.attach("s1", "there");
        directory.learn();
        send(keyed("a"));
        OtherNode there = new OtherNode();
        links.put("there", there.session); // and nobody has been told of it yet
        send(keyed("b"));

        assertThat(there.ids()).containsExactly("a", "b");
        assertThat(router.hasOrderedOffPath()).isFalse();
    }

    @Test
    void what_is_about_to_wait_is_not_overtaken_either() {
        directory.attach("s1", "there");
        directory.learn();
        OtherNode there = new OtherNode();
        router.call("gw", keyed("a"));
        links.put("there", there.session);
        router.call("gw", keyed("b"));
        loop.run();

        assertThat(there.ids()).containsExactly("a", "b");
        assertThat(router.hasOrderedOffPath()).isFalse();
    }

    @Test
    void what_comes_back_from_a_lost_link_is_not_overtaken_on_the_next_one() {
        directory.attach("s1", "there");
        directory.learn();
        OtherNode before = new OtherNode();
        links.put("there", before.session);
        send(keyed("a"));
        OtherNode there = new OtherNode();
        links.put("there", there.session);
        before.session.end(ErrorCode.CHANNEL_CLOSED, "the link is lost");
        router.call("gw", keyed("b"));
        loop.run();

        assertThat(there.ids()).containsExactly("a", "b");
        assertThat(router.hasOrderedOffPath()).isFalse();
    }

    @Test
    void what_comes_back_goes_before_what_was_sent_later_and_waits_already() {
        directory.attach("s1", "there");
        directory.attach("s2", "yonder");
        directory.learn();
        OtherNode yonder = new OtherNode();
        links.put("yonder", yonder.session);
        send(keyed("a").withRoute(Route.connector("s2")));
        directory.attach("s2", 2, "there");
        directory.learn();
        send(keyed("b").withRoute(Route.connector("s2")));
        links.clear();
        yonder.session.end(ErrorCode.CHANNEL_CLOSED, "the link is lost");
        OtherNode there = new OtherNode();
        links.put("there", there.session);
        send(keyed("c").withRoute(Route.connector("s2")));

        assertThat(there.ids()).containsExactly("a", "b", "c");
        assertThat(router.hasOrderedOffPath()).isFalse();
    }

    @Test
    void what_is_looked_for_is_not_overtaken_when_its_target_comes_meanwhile() {
        directory.attach("s1", "there");
        OtherNode there = new OtherNode();
        links.put("there", there.session);
        send(keyed("a"));
        directory.learn();
        send(keyed("b"));
        assertThat(there.ids()).containsExactly("a", "b");

        directory.answerRead();
        loop.advance(Duration.ofSeconds(2));
        assertThat(there.came).hasSize(2);
        assertThat(router.hasOrderedOffPath()).isFalse();
    }

    @Test
    void what_looks_for_its_way_again_keeps_its_place() {
        directory.attach("s1", "there");
        directory.learn();
        for (int i = 0; i < 20; i++) { // so that when the link comes they have looked again at any time
            send(keyed("a" + i).withOrderKey("key " + i));
            loop.advance(Duration.ofMillis(10));
            send(keyed("b" + i).withOrderKey("key " + i));
        }
        OtherNode there = new OtherNode();
        links.put("there", there.session);
        router.linkReady();
        loop.run();

        List<String> ids = there.ids();
        assertThat(ids).hasSize(40);
        for (int i = 0; i < 20; i++) {
            assertThat(ids).containsSubsequence("a" + i, "b" + i);
        }
    }

    @Test
    void what_can_go_does_not_wait_for_what_cannot() {
        directory.attach("s1", "there");
        directory.attach("s2", "yonder");
        directory.learn();
        OtherNode there = new OtherNode();
        links.put("there", there.session);
        Future<Reply<String>> first = send(keyed("a").withRoute(Route.connector("s2")));
        send(keyed("b"));
        send(PING.command("no key").withId("c"));

        assertThat(there.ids()).containsExactly("b", "c");
        assertThat(first.isComplete()).isFalse();
    }

    @Test
    void nothing_is_kept_of_what_has_ended_on_no_path() {
        directory.attach("s1", "there");
        directory.learn();
        Call<String> cancelled = router.call("gw", keyed("cancelled"));
        send(keyed("expired").withTimeout(Duration.ofSeconds(1)));
        Future<Reply<String>> refused = send(keyed("refused").withRoute(Route.connector("nobody")));
        assertThat(router.hasOrderedOffPath()).isTrue();

        directory.answerRead();
        assertThat(codeOf(refused)).isEqualTo(ErrorCode.NO_CHANNEL);
        cancelled.cancel();
        loop.advance(Duration.ofMillis(1100));
        assertThat(router.hasOrderedOffPath()).isFalse();
        send(keyed("stopped"));
        assertThat(router.hasOrderedOffPath()).isTrue();
        router.close();
        loop.run();
        assertThat(router.hasOrderedOffPath()).isFalse();
        assertThat(loop.hasAlarms()).isFalse();
    }

    @Test
    void whatever_happens_to_its_link_a_session_gets_what_has_an_order_key_in_order() {
        for (int seed = 0; seed < 300; seed++) {
            List<Integer> arrived = new RouterTest().sendOverALinkThatComesAndGoes(new Random(seed));
            assertThat(arrived).as("seed " + seed).isSorted().hasSizeGreaterThan(5);
        }
    }

    /** Gives the numbers of the commands in the order in which they first came to the other node. */
    private List<Integer> sendOverALinkThatComesAndGoes(Random chance) {
        directory.attach("s1", "there");
        List<OtherNode> lives = new ArrayList<>();
        lives.add(new OtherNode());
        int sent = 0;
        for (int step = 0; step < 80; step++) {
            OtherNode newest = lives.get(lives.size() - 1);
            int kind = chance.nextInt(10);
            if (kind < 3) {
                router.call("gw", keyed("c" + sent++));
            } else if (kind == 3) {
                links.put("there", newest.session);
            } else if (kind == 4) {
                lives.add(new OtherNode());
                links.remove("there");
                newest.session.end(ErrorCode.CHANNEL_CLOSED, "the link is lost");
            } else if (kind == 5) {
                router.linkReady();
            } else if (kind == 6) {
                directory.learn();
            } else if (kind == 7) {
                directory.learn();
                directory.read.tryComplete(directory.kept());
            } else if (kind == 8) {
                loop.run();
            } else {
                loop.advance(Duration.ofMillis(10 * chance.nextInt(4)));
            }
        }
        links.put("there", lives.get(lives.size() - 1).session);
        directory.answerRead();
        router.linkReady();
        loop.advance(Duration.ofSeconds(2));
        assertThat(router.hasOrderedOffPath()).isFalse();
        List<Integer> arrived = lives.stream()
                .flatMap(life -> life.ids().stream())
                .distinct()
                .map(id -> Integer.valueOf(id.substring(1)))
                .toList();
        assertThat(arrived).hasSize(sent);
        return arrived;
    }

    private static Command<String, String> keyed(String id) {
        return PING.command(id).withId(id).withOrderKey("key");
    }

    /** A node that is linked, and answers what the test says to what came last. */
    private final class OtherNode implements ChannelOwner, ConnectionListener {

        private final MemoryLink link = new MemoryLink(loop, false);
        private final Session session = link();
        private final List<Frame.Command> came = new ArrayList<>();

        OtherNode() {
            link.far.start(this);
            Frame.Hello hello = Visitor.hello("link", 1, "");
            ChannelEngine.connect(link.near, loop, hello, Duration.ofSeconds(5), this, ExchangeObserver.NONE);
            link.far.send(new Frame.HelloReply("link", "", ChannelLimits.DEFAULT, Payload.EMPTY));
            loop.run();
        }

        /** The ids that its senders gave to what came. */
        List<String> ids() {
            return came.stream()
                    .map(command -> Objects.requireNonNull(command.onward()).ownId(command.id()))
                    .toList();
        }

        void answer(Outcome outcome) {
            Frame.Command last = came.get(came.size() - 1);
            link.far.send(new Frame.Reply(last.id(), last.leg(), last.origin(), outcome));
            loop.run();
        }

        @Override
        public void helloReply(ChannelEngine channel, Frame.HelloReply reply) {
            channel.activate(reply, session);
        }

        @Override
        public void closed(ChannelEngine channel, CloseReason reason) {}

        @Override
        public void onFrame(Frame frame, long sentAtNanos) {
            if (frame instanceof Frame.Command command) {
                came.add(command);
            }
        }

        @Override
        public void onClosed(CloseReason reason) {}
    }

    @Test
    void what_comes_back_from_lost_nodes_waits_however_much_it_is_and_only_newcomers_are_refused() {
        List<Future<Reply<String>>> out = outOnTwoLinks();

        links.values().forEach(link -> link.end(ErrorCode.CHANNEL_CLOSED, "the node is gone"));
        links.clear();
        loop.run();
        assertThat(out).as("came back").noneMatch(Future::isComplete);

        List<Future<Reply<String>>> newcomers = sendMany(MOST_WAITING);
        assertThat(newcomers).noneMatch(Future::isComplete);
        assertThat(codeOf(send(PING.command("one too many")))).isEqualTo(ErrorCode.EXHAUSTED);

        Session next = link();
        links.put("there", next);
        links.put("yonder", next);
        router.linkReady();
        loop.run();
        assertThat(out)
                .as("go first, as many as the link takes")
                .filteredOn(Future::isComplete)
                .hasSize(MOST_WAITING);
        assertThat(newcomers).allMatch(Future::failed);
    }

    @Test
    void a_node_that_stops_ends_what_came_back_more_than_once_and_rests() {
        directory.attach("s1", "there");
        directory.learn();
        links.put("there", link());
        Future<Reply<String>> reply = send(PING.command("to and fro"));
        for (int i = 0; i < 2; i++) {
            Session lost = Objects.requireNonNull(links.put("there", link()));
            lost.end(ErrorCode.CHANNEL_CLOSED, "the link was lost");
            loop.run();
        }
        assertThat(reply.isComplete()).isFalse();
        assertThat(links.get("there").load()).as("it rests").isZero();

        Future<Void> closed = router.close();
        loop.run();
        assertThat(closed.isComplete()).isTrue();
        assertThat(codeOf(reply)).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(loop.hasAlarms()).isFalse();
    }

    @Test
    void what_came_back_more_than_once_goes_again_after_a_rest() {
        directory.attach("s1", "there");
        directory.learn();
        links.put("there", link());
        send(PING.command("to and fro"));
        for (int i = 0; i < 2; i++) {
            Session lost = Objects.requireNonNull(links.put("there", link()));
            lost.end(ErrorCode.CHANNEL_CLOSED, "the link was lost");
            loop.run();
        }

        loop.advance(Duration.ofMillis(100));
        assertThat(links.get("there").load()).isEqualTo(1);
    }

    @Test
    void a_node_that_stops_ends_what_is_being_looked_for() {
        Future<Reply<String>> reply = send(PING.command("are you there?"));

        router.close();
        loop.run();
        assertThat(codeOf(reply)).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(loop.hasAlarms()).isFalse();
        directory.answerRead();
    }

    /** As many as two links take that are not up yet. */
    private List<Future<Reply<String>>> outOnTwoLinks() {
        directory.attach("s1", "there");
        directory.attach("s2", "yonder");
        directory.learn();
        links.put("there", link());
        links.put("yonder", link());
        List<Future<Reply<String>>> out = sendMany(2 * MOST_WAITING);
        assertThat(out).noneMatch(Future::isComplete);
        assertThat(links.values()).extracting(Session::load).containsOnly(MOST_WAITING);
        return out;
    }

    private List<Future<Reply<String>>> sendMany(int count) {
        List<Future<Reply<String>>> sent = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sent.add(send(PING.command("one of many")));
        }
        return sent;
    }

    private Session link() {
        Session.Setup setup = new Session.Setup(
                "link", new Handlers(), 0, ExchangeObserver.NONE, new CommandIds(), grant -> Optional.empty());
        return new Session(setup, loop, true);
    }

    private Future<Reply<String>> send(Command<String, String> command) {
        Future<Reply<String>> reply = router.call("gw", command).reply();
        loop.run();
        return reply;
    }

    private static ErrorCode codeOf(Future<Reply<String>> reply) {
        return ((ExchangeException) reply.cause()).code();
    }

    /** A directory whose record is kept elsewhere: it is read when the test says so, and only then known. */
    private final class RemoteDirectory implements Directory {

        private MemoryDirectory kept = empty();
        private boolean settling;
        private TargetRecord known = TargetRecord.unknown("gw");
        private Promise<TargetRecord> read = Promise.promise();
        private int reads;

        void attach(String session, String node) {
            attach(session, 1, node);
        }

        void attach(String session, int number, String node) {
            Attach attach = new Attach(session, session, number, "channel-of-" + session, node);
            Verdict verdict = submit(
                            "gw",
                            new TargetEvent.Attached(
                                    attach, Map.of(), Set.of(Roles.PRIMARY), List.of(), "", "", clusterTime()))
                    .result();
            assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        }

        private static MemoryDirectory empty() {
            return new MemoryDirectory(new ElectionRules(Map.of(), 2, true), () -> 1_700_000_000_000L, 0);
        }

        /** The record is lost. */
        void forget() {
            kept = empty();
            learn();
        }

        @Override
        public boolean isSettling(String targetId) {
            return settling;
        }

        TargetRecord kept() {
            return kept.lookup("gw");
        }

        void learn() {
            known = kept();
        }

        void answerRead() {
            learn();
            read.tryComplete(known);
            loop.run();
        }

        @Override
        public TargetRecord lookup(String targetId) {
            return known;
        }

        @Override
        public Future<TargetRecord> read(String targetId) {
            reads++;
            read = Promise.promise();
            return read.future();
        }

        @Override
        public Future<Verdict> submit(String targetId, TargetEvent event) {
            return kept.submit(targetId, event);
        }

        @Override
        public Registration listen(DirectoryListener listener) {
            return kept.listen(listener);
        }

        @Override
        public Collection<TargetRecord> snapshot() {
            return kept.snapshot();
        }

        @Override
        public long clusterTime() {
            return kept.clusterTime();
        }

        @Override
        public Future<Void> close() {
            return kept.close();
        }
    }
}
