package io.exchange.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Roles;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.Presence;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop over a directory in memory, with a view and clocks that the test owns. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ReconcilerTest {

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
    private final AtomicLong nanos = new AtomicLong(5);
    private final Directory directory = new MemoryDirectory(ElectionRules.DEFAULT, millis::get, 0);
    private final View view = new View();
    private final Held held = new Held();
    private final Set<String> leaseOver = new HashSet<>();
    private boolean mayElect = true;
    private final Reconciler reconciler = new Reconciler(
            vertx.getOrCreateContext(),
            new Reconciler.Parts(directory, view, held, leaseOver::contains, () -> mayElect, ElectionRules.DEFAULT),
            new Reconciler.Times(Duration.ofHours(1), LEASE, GRACE),
            nanos::get);

    @AfterEach
    void stop() {
        await(reconciler.close());
        await(vertx.close());
    }

    @Test
    void a_node_that_is_gone_is_cleared_from_the_records_step_by_step() {
        attach("gw", "s1", "b");
        attach("gw", "s2", "c");
        view.present("a", "c");
        await(reconciler.run());
        assertThat(session("gw", "s1").presence()).isEqualTo(Presence.SUSPENDED);
        assertThat(holders("gw")).containsExactly("s1");

        await(reconciler.run());
        assertThat(holders("gw")).as("its lease is not over").containsExactly("s1");
        leaseOver.add("b");
        await(reconciler.run());
        assertThat(holders("gw")).containsExactly("s2");
        assertThat(session("gw", "s1").presence()).isEqualTo(Presence.SUSPENDED);

        pass(GRACE.plusSeconds(1));
        await(reconciler.run());
        assertThat(directory.lookup("gw").session("s1")).isEmpty();
        assertThat(session("gw", "s2").presence()).isEqualTo(Presence.ATTACHED);
    }

    @Test
    void it_tells_of_each_record_that_it_puts_right() {
        List<String> repaired = new CopyOnWriteArrayList<>();
        reconciler.onRepair(repaired::add);
        attach("gw", "s1", "b");
        attach("well", "here", "a");
        held.attaches.put(new Attach("here", "c of here", 1, "ch here", "a"), "well");
        await(reconciler.run());
        assertThat(repaired).isEmpty();
        view.present("a");
        await(reconciler.run());
        await(reconciler.run());

        assertThat(repaired).containsExactly("gw");
    }

    @Test
    void a_node_that_is_seen_again_in_time_loses_nothing() {
        attach("gw", "s1", "b");
        view.present("a");
        await(reconciler.run());
        view.present("a", "b");
        pass(GRACE.plusSeconds(1));
        leaseOver.add("b");
        await(reconciler.run());

        assertThat(holders("gw")).containsExactly("s1");
        view.present("a");
        await(reconciler.run());
        assertThat(directory.lookup("gw").session("s1"))
                .as("the grace counts anew")
                .isPresent();
    }

    @Test
    void what_is_claimed_of_this_node_and_not_here_goes_after_one_lease() {
        attach("gw", "ghost", "a");
        attach("gw", "here", "a");
        held.attaches.put(new Attach("here", "c of here", 1, "ch here", "a"), "gw");
        await(reconciler.run());
        assertThat(holders("gw")).containsExactly("ghost");
        pass(Duration.ofSeconds(5));
        await(reconciler.run());
        assertThat(holders("gw")).containsExactly("ghost");

        pass(Duration.ofSeconds(6));
        await(reconciler.run());
        assertThat(directory.lookup("gw").session("ghost")).isEmpty();
        assertThat(holders("gw")).containsExactly("here");
    }

    @Test
    void slots_that_stayed_empty_below_quorum_are_filled_when_there_is_one() {
        Directory notElecting = new MemoryDirectory(ElectionRules.DEFAULT.withElecting(false), millis::get, 0);
        await(notElecting.submit("gw", attached("s1", "b")));
        assertThat(notElecting.lookup("gw").holders(Roles.PRIMARY)).isEmpty();
        Inspection quorum = inspect(notElecting, true);
        Inspection none = inspect(notElecting, false);

        assertThat(quorum.work()).hasSize(1);
        assertThat(quorum.work().get(0).events()).containsExactly(new TargetEvent.Swept(millis.get()));
        assertThat(none.work()).isEmpty();
    }

    private Inspection inspect(Directory records, boolean electing) {
        Inspection inspection = new Inspection(new Inspection.Scene(
                "a",
                Set.of("a", "b"),
                Set.of(),
                Set.of(),
                targetId -> true,
                attach -> true,
                ElectionRules.DEFAULT.withElecting(electing),
                millis.get()));
        records.snapshot().forEach(inspection::look);
        return inspection;
    }

    @Test
    void work_on_a_record_that_another_node_keeps_is_left_to_that_one_and_looked_at_again() {
        attach("gw", "s1", "gone");
        Inspection inspection = new Inspection(new Inspection.Scene(
                "a",
                Set.of("a", "b"),
                Set.of(),
                Set.of(),
                targetId -> false,
                attach -> true,
                ElectionRules.DEFAULT,
                millis.get()));
        directory.snapshot().forEach(inspection::look);

        assertThat(inspection.work()).isEmpty();
        assertThat(inspection.gone()).containsExactly("gone");
        assertThat(inspection.isUnfinished()).isTrue();
    }

    @Test
    void a_record_that_can_be_forgotten_is() {
        attach("gw", "s1", "b");
        await(directory.submit("gw", new TargetEvent.Leaving("s1", 1, millis.get())));
        await(directory.submit("gw", new TargetEvent.Ended("s1", 1, millis.get())));
        await(reconciler.run());
        assertThat(directory.snapshot()).hasSize(1);
        pass(Duration.ofSeconds(90));
        await(reconciler.run());

        assertThat(directory.snapshot()).isEmpty();
    }

    @Test
    void what_this_node_holds_is_compared_when_the_time_has_come() {
        attach("gw", "s1", "a");
        held.attaches.put(new Attach("s1", "c of s1", 1, "ch s1", "a"), "gw");
        await(reconciler.run());
        assertThat(held.audited).isEmpty();
        pass(Duration.ofHours(1));
        await(reconciler.run());

        assertThat(held.audited).containsExactly(directory.lookup("gw"));
    }

    @Test
    void a_node_that_leaves_makes_the_loop_run_at_once() throws InterruptedException {
        attach("gw", "s1", "b");
        await(reconciler.run());
        CountDownLatch suspended = new CountDownLatch(1);
        directory.listen((before, after) -> suspended.countDown());
        view.present("a");
        view.listeners.forEach(listener -> listener.nodeLeft("b"));

        assertThat(suspended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(session("gw", "s1").presence()).isEqualTo(Presence.SUSPENDED);
    }

    private void attach(String targetId, String session, String node) {
        await(directory.submit(targetId, attached(session, node)));
    }

    private TargetEvent attached(String session, String node) {
        Attach attach = new Attach(session, "c of " + session, 1, "ch " + session, node);
        return new TargetEvent.Attached(attach, Map.of(), Set.of(Roles.PRIMARY), List.of(), "", "", millis.get());
    }

    private SessionRecord session(String targetId, String session) {
        return directory.lookup(targetId).session(session).orElseThrow();
    }

    private List<String> holders(String targetId) {
        return directory.lookup(targetId).holders(Roles.PRIMARY).stream()
                .map(SessionRecord::id)
                .toList();
    }

    private void pass(Duration time) {
        millis.addAndGet(time.toMillis());
        nanos.addAndGet(time.toNanos());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static final class View implements ClusterView {

        private final List<Listener> listeners = new CopyOnWriteArrayList<>();
        private volatile Map<String, Node> nodes = Map.of();

        private View() {
            present("a", "b", "c");
        }

        private void present(String... nodeIds) {
            Map<String, Node> next = new LinkedHashMap<>();
            for (String nodeId : nodeIds) {
                next.put(nodeId, new Node(nodeId, NodeAddress.NONE, 0, 1, false));
            }
            nodes = next;
        }

        @Override
        public String nodeId() {
            return "a";
        }

        @Override
        public Map<String, Node> nodes() {
            return nodes;
        }

        @Override
        public Set<String> foundOnJoining() {
            return Set.of();
        }

        @Override
        public Registration listen(Listener listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        @Override
        public void drain() {}

        @Override
        public Future<Void> refresh() {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }

    private static final class Held implements HeldAttaches {

        private final Map<Attach, String> attaches = new LinkedHashMap<>();
        private final List<TargetRecord> audited = new CopyOnWriteArrayList<>();

        @Override
        public Collection<String> targets() {
            return attaches.values();
        }

        @Override
        public boolean isHere(Attach attach) {
            return attaches.containsKey(attach);
        }

        @Override
        public void audit(TargetRecord record) {
            audited.add(record);
        }
    }
}
