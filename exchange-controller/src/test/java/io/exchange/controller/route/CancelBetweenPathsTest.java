package io.exchange.controller.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Call;
import io.exchange.api.CloseReason;
import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.Roles;
import io.exchange.channel.ChannelEngine;
import io.exchange.channel.ChannelOwner;
import io.exchange.channel.CommandIds;
import io.exchange.channel.Handlers;
import io.exchange.channel.ManualLoop;
import io.exchange.channel.MemoryLink;
import io.exchange.channel.Session;
import io.exchange.controller.accept.LocalSessions;
import io.exchange.controller.cluster.MemoryDirectory;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.Verdict;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.transport.ConnectionListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A command whose node was lost waits for its session to come to another one, and is cancelled meanwhile. */
class CancelBetweenPathsTest {

    private static final CommandType<String, String> WORK = CommandType.of("work.v1", String.class, String.class);

    private final ManualLoop loop = new ManualLoop();
    private final MemoryDirectory directory =
            new MemoryDirectory(new ElectionRules(Map.of(), 1, true), () -> 1_700_000_000_000L, 0);
    private final Map<String, Session> links = new HashMap<>();
    private final Router router = new Router(new Router.Parts(
            "here",
            directory,
            new LocalSessions(),
            node -> Optional.ofNullable(links.get(node)),
            new CommandIds(),
            ExchangeObserver.NONE,
            loop,
            () -> true));
    private final OtherNode lost = new OtherNode("lost");
    private final OtherNode next = new OtherNode("next");

    @BeforeEach
    void attach() {
        attach("lost", 1);
        lost.link();
    }

    @Test
    void its_handler_hears_of_it_where_it_still_runs_and_says_what_was_done() {
        Call<String> call = waiting();

        call.cancel();
        loop.run();
        assertThat(call.reply().isComplete()).as("it is not known yet").isFalse();
        attach("next", 2);
        next.link();
        router.linkReady();
        loop.run();

        Frame.Cancel cancel = (Frame.Cancel) next.only();
        assertThat(cancel.onward()).isEqualTo(new Frame.Onward("gw", "s", Delivery.RESUME));
        next.answer(cancel, new Outcome.Succeeded(Payload.of(WORK.reply(), "half of it")));
        assertThat(call.reply().result().payload()).isEqualTo("half of it");
    }

    @Test
    void where_that_node_does_not_have_the_session_either_it_is_looked_for_again() {
        Call<String> call = waiting();
        attach("next", 2);
        next.link();
        call.cancel();
        router.linkReady();
        loop.run();
        Frame.Cancel first = (Frame.Cancel) next.only();

        next.answer(first, new Outcome.NotHere(true));
        loop.advance(Duration.ofMillis(500));

        assertThat(next.frames).isNotEmpty().allMatch(Frame.Cancel.class::isInstance);
        assertThat(call.reply().isComplete()).isFalse();
    }

    @Test
    void where_its_handler_is_not_reached_in_time_it_may_have_run() {
        Call<String> call = waiting();

        call.cancel();
        loop.advance(Duration.ofMillis(2100));

        assertThat(call.reply().cause()).isInstanceOfSatisfying(ExchangeException.class, cause -> {
            assertThat(cause.code()).isEqualTo(ErrorCode.CANCELLED);
            assertThat(cause.execution()).isEqualTo(Execution.UNKNOWN);
        });
        attach("next", 2);
        next.link();
        router.linkReady();
        loop.advance(Duration.ofSeconds(5));
        assertThat(next.frames).isEmpty();
        assertThat(loop.hasAlarms()).as("alarms are left, of the links alone").isTrue();
    }

    /** A command that was sent to the node that is lost. */
    private Call<String> waiting() {
        Call<String> call = router.call("gw", WORK.command("long work"));
        loop.run();
        assertThat(lost.only()).isInstanceOf(Frame.Command.class);
        lost.cut();
        assertThat(call.reply().isComplete()).isFalse();
        return call;
    }

    private void attach(String node, int number) {
        Attach attach = new Attach("s", "connector", number, "channel-" + number, node);
        Verdict verdict = directory
                .submit(
                        "gw",
                        new TargetEvent.Attached(
                                attach, Map.of(), Set.of(Roles.PRIMARY), List.of(), "", "", directory.clusterTime()))
                .result();
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    }

    /** A node at the other end of a link, which does with what comes what the test says. */
    private final class OtherNode implements ChannelOwner {

        private final String nodeId;
        private final MemoryLink link = new MemoryLink(loop, false);
        private final List<Frame> frames = new ArrayList<>();
        private final Session session = new Session(
                new Session.Setup(
                        "link", new Handlers(), 0, ExchangeObserver.NONE, new CommandIds(), grant -> Optional.empty()),
                loop,
                true);

        OtherNode(String nodeId) {
            this.nodeId = nodeId;
        }

        void link() {
            link.far.start(new ConnectionListener() {
                @Override
                public void onFrame(Frame frame, long sentAtNanos) {
                    came(frame);
                }

                @Override
                public void onClosed(CloseReason reason) {}
            });
            Frame.Hello hello = new Frame.Hello(
                    Frame.PROTOCOL_VERSION,
                    "here",
                    "link",
                    1,
                    "",
                    nodeId,
                    Map.of(),
                    Set.of(),
                    List.of(),
                    Map.of(),
                    Payload.EMPTY);
            ChannelEngine.connect(link.near, loop, hello, Duration.ofSeconds(5), this, ExchangeObserver.NONE);
            loop.run();
            links.put(nodeId, session);
        }

        private void came(Frame frame) {
            if (frame instanceof Frame.Hello) {
                link.far.send(new Frame.HelloReply("link", "", ChannelLimits.DEFAULT, Payload.EMPTY));
            } else if (frame instanceof Frame.Heartbeat heartbeat) {
                link.far.send(new Frame.HeartbeatAck(heartbeat.number(), 0));
            } else {
                frames.add(frame);
            }
        }

        Frame only() {
            assertThat(frames).hasSize(1);
            return frames.remove(0);
        }

        void answer(Frame.Cancel cancel, Outcome outcome) {
            link.far.send(new Frame.Reply(cancel.id(), cancel.leg(), "", outcome));
            loop.run();
        }

        void cut() {
            links.remove(nodeId);
            link.cut();
        }

        @Override
        public void helloReply(ChannelEngine channel, Frame.HelloReply frame) {
            channel.activate(frame, session);
        }

        @Override
        public void heartbeatAck(ChannelEngine channel, Frame.HeartbeatAck frame) {}

        @Override
        public void closed(ChannelEngine channel, CloseReason reason) {
            session.end(ErrorCode.CHANNEL_CLOSED, "the link is lost");
        }
    }
}
