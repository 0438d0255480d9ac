package io.exchange.controller.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.HealthCheck;
import io.exchange.api.Roles;
import io.exchange.channel.ManualLoop;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.DirectoryListener;
import io.exchange.controller.cluster.MemoryDirectory;
import io.exchange.controller.cluster.Registration;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node makes of sessions that come to it, and of what the directory says of them. */
class AcceptorTest {

    private final ManualLoop loop = new ManualLoop();
    private final FaultyDirectory directory = new FaultyDirectory();
    private final ControllerOptions options = new ControllerOptions();
    private final Door door = new Door(loop, directory, options);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_session_whose_next_attach_was_recorded_and_could_not_be_answered_is_given_up(boolean heardLate) {
        Visitor first = door.attach(Visitor.hello("s", 1, ""));
        directory.losesAnswers = true;
        directory.holdsChanges = heardLate;
        Visitor second = door.attach(Visitor.hello("s", 2, first.resumeToken()));
        directory.deliver();
        loop.run();
        assertThat(List.of(first, second)).allMatch(Visitor::isClosed);

        assertThat(door.sessions().ofTarget("gw")).noneMatch(local -> local.isReady() || local.isSuspended());
        loop.advance(options.getChannelLimits().sessionGrace().plusSeconds(1));
        assertThat(door.sessions().all()).isEmpty();
    }

    @Test
    void a_session_whose_next_attach_was_recorded_and_could_not_be_answered_can_come_back() {
        Visitor first = door.attach(Visitor.hello("s", 1, ""));
        directory.losesAnswers = true;
        door.attach(Visitor.hello("s", 2, first.resumeToken()));
        directory.losesAnswers = false;
        Visitor third = door.attach(Visitor.hello("s", 3, first.resumeToken()));
        loop.advance(Duration.ofSeconds(1));

        assertThat(third.heard(Frame.HelloReply.class)).hasSize(1);
        assertThat(door.sessions().ofTarget("gw"))
                .allMatch(LocalSession::isReady)
                .hasSize(1);
    }

    @Test
    void a_session_that_was_not_well_on_another_node_is_asked_first_and_sent_nothing_before() {
        Attach elsewhere = new Attach("s", "connector of s", 1, "channel", "elsewhere");
        submit(new TargetEvent.Attached(
                elsewhere, Map.of(), Set.of(Roles.PRIMARY), List.of(), "", "", directory.clusterTime()));
        submit(new TargetEvent.HealthChanged("s", 1, false, directory.clusterTime()));
        Visitor visitor = door.attach(Visitor.hello("s", 2, ""));
        LocalSession local = door.sessions().find("gw", "s").orElseThrow();
        assertThat(local.isReady()).isFalse();

        loop.advance(Duration.ofMillis(100));
        Frame.Command question = visitor.heard(Frame.Command.class).get(0);
        assertThat(question.type()).isEqualTo(HealthCheck.TYPE.name());
        visitor.answer(question, Payload.of(HealthCheck.TYPE.reply(), new HealthCheck.Report(true, "")));
        assertThat(local.isReady()).isTrue();
        assertThat(directory.lookup("gw").session("s").orElseThrow().healthy()).isTrue();
    }

    @Test
    void no_channel_is_sent_away_twice() {
        List<Integer> told = new ArrayList<>();
        options.setObserver(new ExchangeObserver() {
            @Override
            public void channelsMoved(int channels) {
                told.add(channels);
            }
        });
        List<Visitor> visitors = List.of(
                door.attach(Visitor.hello("s1", 1, "")),
                door.attach(Visitor.hello("s2", 1, "")),
                door.attach(Visitor.hello("s3", 1, "")));

        assertThat(move(2, "b")).isEqualTo(2);
        assertThat(move(2, "c")).isEqualTo(1);
        assertThat(move(2, "d")).isZero();
        assertThat(told).containsExactly(2, 1);
        loop.advance(Duration.ofSeconds(2));
        assertThat(visitors)
                .flatExtracting(visitor -> visitor.heard(Frame.GoodBye.class))
                .extracting(bye -> bye.reason().endpoint().orElseThrow())
                .containsExactlyInAnyOrder("b", "b", "c");
    }

    private int move(int most, String endpoint) {
        CloseReason reason = new CloseReason(Code.DRAINING, "another node has room for it", Optional.of(endpoint));
        return door.acceptor().move(most, reason, Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    private void submit(TargetEvent event) {
        assertThat(directory.submit("gw", event).result()).isInstanceOf(Verdict.Accepted.class);
    }

    /** A directory whose answers get lost, and whose changes are heard of late, when the test says so. */
    private static final class FaultyDirectory implements Directory {

        private final MemoryDirectory kept =
                new MemoryDirectory(new ElectionRules(Map.of(), 1, true), () -> 1_700_000_000_000L, 0);
        private final List<Runnable> held = new ArrayList<>();
        private boolean losesAnswers;
        private boolean holdsChanges;

        void deliver() {
            holdsChanges = false;
            List.copyOf(held).forEach(Runnable::run);
            held.clear();
        }

        @Override
        public Future<Verdict> submit(String targetId, TargetEvent event) {
            Future<Verdict> verdict = kept.submit(targetId, event);
            return losesAnswers ? Future.failedFuture(ErrorCode.INTERNAL.unknown("nobody answers")) : verdict;
        }

        @Override
        public Registration listen(DirectoryListener listener) {
            return kept.listen((before, after) -> {
                if (holdsChanges) {
                    held.add(() -> listener.changed(before, after));
                } else {
                    listener.changed(before, after);
                }
            });
        }

        @Override
        public boolean isHere() {
            return true;
        }

        @Override
        public TargetRecord lookup(String targetId) {
            return kept.lookup(targetId);
        }

        @Override
        public Future<TargetRecord> read(String targetId) {
            return kept.read(targetId);
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
