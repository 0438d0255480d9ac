package io.exchange.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.controller.cluster.ClusterView.Node;
import io.exchange.controller.cluster.NodeCalls.Question;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Node leases among nodes whose view, messages and clock the test owns. */
class LeaseRoundsTest {

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration DETECTION = Duration.ofSeconds(5);

    private static final Duration TO_GET_A_LEASE = LEASE.plusSeconds(1);

    private final Map<String, Member> members = new LinkedHashMap<>();
    private long now = 1_000;

    @Test
    void with_a_quorum_of_1_a_node_needs_nobody() {
        Member a = add("a", 1);

        assertThat(a.rounds.grantableNanos(now)).isEqualTo(LEASE.toNanos());
        pass(Duration.ofSeconds(60));
        assertThat(a.rounds.mayElect()).isTrue();
    }

    @Test
    void with_a_quorum_a_node_may_grant_one_lease_after_the_first_acknowledged_round_until_one_after_the_last() {
        Member a = add("a", 2);
        assertThat(a.rounds.mayElect()).isFalse();
        add("b", 2);
        add("c", 2);
        pass(TO_GET_A_LEASE);
        assertThat(a.rounds.mayElect()).isTrue();

        members.get("b").frozen = true;
        members.get("c").frozen = true;
        pass(Duration.ofSeconds(9));
        assertThat(a.rounds.mayElect()).isTrue();
        pass(Duration.ofSeconds(2));
        assertThat(a.rounds.mayElect()).isFalse();
    }

    @Test
    void a_node_that_has_left_the_view_no_longer_counts_at_once() {
        Member a = add("a", 2);
        add("b", 2);
        pass(TO_GET_A_LEASE);
        assertThat(a.rounds.mayElect()).isTrue();

        a.lose("b");
        assertThat(a.rounds.mayElect()).isFalse();
    }

    @Test
    void the_lease_of_a_vanished_node_is_over_one_lease_after_all_that_are_there_refuse_it() {
        Member a = add("a", 2);
        Member b = add("b", 2);
        add("c", 2);
        pass(Duration.ofSeconds(1));
        members.get("c").dead = true;
        a.lose("c");
        pass(Duration.ofSeconds(15));
        assertThat(a.rounds.isLeaseOver("c")).as("b still sees c").isFalse();

        b.lose("c");
        pass(Duration.ofSeconds(10));
        assertThat(a.rounds.isLeaseOver("c")).isFalse();
        pass(Duration.ofSeconds(2));
        assertThat(a.rounds.isLeaseOver("c")).isTrue();
        assertThat(a.over).containsExactly("c");
    }

    @Test
    void whom_a_node_acknowledged_before_it_went_over_to_another_side_has_no_lease_when_that_side_gets_one() {
        Member a = add("a", 2);
        Member b = add("b", 2);
        Member c = add("c", 2);
        pass(TO_GET_A_LEASE);
        split("c");
        pass(Duration.ofSeconds(30));
        assertThat(a.rounds.mayElect()).isTrue();
        assertThat(c.rounds.mayElect()).isFalse();

        a.deaf = true;
        b.see("a", false);
        b.see("c", true);
        c.see("b", true);
        for (int second = 0; second < 30; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(a.rounds.mayElect() && c.rounds.mayElect()).isFalse();
        }
        assertThat(c.rounds.mayElect()).isTrue();
    }

    @Property(tries = 300)
    void when_a_node_with_a_lease_finds_that_of_another_over_that_one_has_none(@ForAll long seed) {
        Random random = new Random(seed);
        List<String> ids = List.of("a", "b", "c");
        ids.forEach(nodeId -> add(nodeId, 2));
        for (int step = 0; step < 400; step++) {
            Member one = members.get(ids.get(random.nextInt(3)));
            String other = ids.get(random.nextInt(3));
            int what = random.nextInt(40);
            if (what < 3) {
                one.see(other, what == 0);
            } else if (what < 5) {
                one.deaf = what == 3;
            } else if (what < 7) {
                one.frozen = what == 5;
            } else if (what == 7) {
                heal();
            }
            pass(Duration.ofMillis(250));
            for (Member asking : members.values()) {
                for (Member asked : members.values()) {
                    boolean over = !asking.frozen && asking.rounds.isLeaseOver(asked.nodeId);
                    assertThat(over && asking.rounds.mayElect() && asked.rounds.mayElect())
                            .as("step %s: %s took over what %s still has", step, asking.nodeId, asked.nodeId)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void a_node_that_is_seen_again_is_not_given_up_but_waits_until_nobody_refuses_it() {
        Member a = add("a", 2);
        Member b = add("b", 2);
        Member c = add("c", 3);
        pass(TO_GET_A_LEASE);
        assertThat(c.rounds.mayElect()).isTrue();
        split("c");
        pass(Duration.ofSeconds(3));
        assertThat(c.rounds.mayElect()).isFalse();
        heal();
        pass(Duration.ofSeconds(1));
        assertThat(c.rounds.mayElect()).as("a and b refused it a moment ago").isFalse();
        pass(TO_GET_A_LEASE.plusSeconds(5));
        assertThat(c.rounds.mayElect()).isTrue();
        assertThat(a.rounds.isLeaseOver("c")).isFalse();
        assertThat(b.over).isEmpty();
    }

    @Test
    void a_node_that_was_frozen_stops_until_all_that_it_sees_acknowledge_it() {
        Member a = add("a", 1);
        add("b", 1);
        pass(Duration.ofSeconds(1));
        members.get("b").lose("a");
        a.frozen = true;
        pass(Duration.ofSeconds(6));
        a.frozen = false;
        assertThat(a.rounds.mayElect()).isFalse();
        pass(Duration.ofSeconds(3));
        assertThat(a.rounds.mayElect()).as("b does not see it").isFalse();

        heal();
        pass(Duration.ofSeconds(6));
        assertThat(a.rounds.mayElect()).as("others may have granted meanwhile").isFalse();
        pass(LEASE);
        assertThat(a.rounds.mayElect()).isTrue();
    }

    @Test
    void a_node_that_was_frozen_and_sees_nobody_goes_on_alone_after_a_while() {
        Member a = add("a", 1);
        a.frozen = true;
        pass(Duration.ofSeconds(6));
        a.frozen = false;
        pass(Duration.ofSeconds(14).plus(LEASE));
        assertThat(a.rounds.mayElect()).isFalse();
        pass(Duration.ofSeconds(3));
        assertThat(a.rounds.mayElect()).isTrue();
    }

    @Test
    void a_node_that_was_frozen_again_while_it_saw_nobody_waits_anew() {
        Member a = add("a", 1);
        a.frozen = true;
        pass(Duration.ofSeconds(6));
        a.frozen = false;
        pass(Duration.ofSeconds(8));
        a.frozen = true;
        pass(Duration.ofSeconds(8));
        a.frozen = false;
        pass(Duration.ofSeconds(14).plus(LEASE));
        assertThat(a.rounds.mayElect()).isFalse();
        pass(Duration.ofSeconds(3));
        assertThat(a.rounds.mayElect()).isTrue();
    }

    @Test
    void a_newcomer_may_grant_at_once_where_one_that_was_there_may() {
        add("a", 1);
        Member b = add("b", 1);
        assertThat(b.rounds.mayElect()).isFalse();
        b.rounds.tick();
        assertThat(b.rounds.mayElect()).isTrue();
        assertThat(b.leases).isEqualTo(1);
    }

    @Test
    void that_a_lease_is_gained_or_lost_is_told_once() {
        Member a = add("a", 2);
        add("b", 2);
        List<Boolean> told = new ArrayList<>();
        a.rounds.onLeaseChange(told::add);
        assertThat(told).isEmpty();
        pass(TO_GET_A_LEASE);
        assertThat(told).containsExactly(true);
        a.lose("b");
        pass(LEASE);
        assertThat(told).containsExactly(true, false);
    }

    @Test
    void who_listens_late_is_told_of_the_lease_that_there_is() {
        Member a = add("a", 1);
        pass(TO_GET_A_LEASE);
        List<Boolean> told = new ArrayList<>();
        a.rounds.onLeaseChange(told::add);

        assertThat(told).containsExactly(true);
    }

    @Test
    void a_newcomer_among_nodes_that_wait_to_be_taken_in_waits_as_they_do() {
        Member real = add("a", 1);
        Member thawed = add("b", 1);
        pass(Duration.ofSeconds(1));
        thawed.frozen = true;
        real.lose("b");
        pass(Duration.ofSeconds(6));
        thawed.frozen = false;
        thawed.lose("a");

        Member newcomer = join("c", 1, Set.of("b"));
        pass(Duration.ofSeconds(12));
        assertThat(newcomer.rounds.mayElect())
                .as("a may grant what b has missed")
                .isFalse();
        assertThat(thawed.rounds.mayElect()).as("c knows no more than b").isFalse();

        heal();
        pass(Duration.ofSeconds(10));
        assertThat(newcomer.rounds.mayElect()).as("what it keeps is that of b").isFalse();
        pass(Duration.ofSeconds(7));
        assertThat(newcomer.rounds.mayElect()).isTrue();
        assertThat(thawed.rounds.mayElect()).isTrue();
    }

    @Test
    void a_node_whose_cluster_is_merged_into_one_of_nodes_that_stood_still_elects_nobody_until_that_is_one() {
        Member thawed = add("a", 1);
        thawed.frozen = true;
        Member alone = join("b", 1, Set.of());
        pass(Duration.ofSeconds(20));
        assertThat(alone.rounds.mayElect()).isTrue();

        thawed.frozen = false;
        alone.listeners.forEach(ClusterView.Listener::merging);
        heal();
        pass(Duration.ofSeconds(14));
        assertThat(alone.rounds.mayElect())
                .as("what it granted may not be in the records")
                .isFalse();
        assertThat(alone.rounds.grantableNanos(now)).as("nobody gave it up").isEqualTo(LEASE.toNanos());
        assertThat(thawed.rounds.grantableNanos(now)).isZero();
        pass(Duration.ofSeconds(3));
        assertThat(alone.rounds.mayElect()).isTrue();
        pass(LEASE);
        assertThat(thawed.rounds.mayElect()).isTrue();
    }

    @Test
    void where_all_stood_still_they_go_on_after_a_while() {
        Member a = add("a", 1);
        Member b = add("b", 1);
        pass(Duration.ofSeconds(1));
        a.frozen = true;
        b.frozen = true;
        pass(Duration.ofSeconds(6));
        a.frozen = false;
        b.frozen = false;
        pass(Duration.ofSeconds(14).plus(LEASE));
        assertThat(a.rounds.mayElect() || b.rounds.mayElect()).isFalse();
        pass(Duration.ofSeconds(3));
        assertThat(a.rounds.mayElect() && b.rounds.mayElect()).isTrue();
    }

    @Test
    void a_refusal_that_came_late_or_had_a_gap_counts_anew() {
        Fence fence = new Fence(1000, 0);
        List<String> others = List.of("b");
        fence.refused("b", 0, 300);
        assertThat(fence.isOver(others, 1100)).isFalse();
        for (long at = 0; at <= 600; at += 200) {
            fence.refused("b", at, at);
        }
        fence.refused("b", 900, 900);
        for (long at = 1100; at <= 1900; at += 200) {
            fence.refused("b", at, at);
            assertThat(fence.isOver(others, at)).isFalse();
        }
        fence.refused("b", 1910, 1910);
        assertThat(fence.isOver(others, 1910)).isTrue();
        fence.acknowledged("b");
        assertThat(fence.isOver(others, 1910)).isFalse();
    }

    private Member add(String nodeId, int quorum) {
        Member member = join(nodeId, quorum, Set.copyOf(members.keySet()));
        heal();
        return member;
    }

    private Member join(String nodeId, int quorum, Set<String> foundOnJoining) {
        Member member = new Member(nodeId, quorum, foundOnJoining);
        members.put(nodeId, member);
        foundOnJoining.forEach(other -> members.get(other).see(nodeId, true));
        return member;
    }

    private void heal() {
        for (Member one : members.values()) {
            members.keySet().forEach(other -> one.see(other, true));
        }
    }

    private void split(String nodeId) {
        for (Member one : members.values()) {
            if (!one.nodeId.equals(nodeId)) {
                one.see(nodeId, false);
                members.get(nodeId).see(one.nodeId, false);
            }
        }
    }

    /** Lets time pass, as fine as nodes look at it. */
    private void pass(Duration time) {
        long until = now + time.toNanos();
        while (now < until) {
            now += Math.min(until - now, Duration.ofMillis(250).toNanos());
            members.values().stream()
                    .filter(Predicate.not(member -> member.frozen))
                    .forEach(member -> member.rounds.tick());
        }
    }

    /** A node with its view, and what connects it to the others. */
    private final class Member implements ClusterView, NodeCalls {

        private final String nodeId;
        private final Set<String> seen = new HashSet<>();
        private final Set<String> foundOnJoining;
        private final List<Listener> listeners = new ArrayList<>();
        private final List<String> over = new ArrayList<>();
        private final LeaseRounds rounds;
        private boolean dead;
        private boolean frozen;
        private boolean deaf;
        private int leases;

        private Member(String nodeId, int quorum, Set<String> foundOnJoining) {
            this.nodeId = nodeId;
            this.seen.add(nodeId);
            this.seen.addAll(foundOnJoining);
            this.foundOnJoining = foundOnJoining;
            this.rounds = new LeaseRounds(
                    this, this, new LeaseRounds.Terms(quorum, LEASE, DETECTION), () -> now, Runnable::run);
            rounds.onLeaseOver(over::add);
            rounds.onLease(() -> leases++);
        }

        private void lose(String other) {
            see(other, false);
        }

        private void see(String other, boolean sees) {
            if (sees && !members.get(other).dead && seen.add(other)) {
                listeners.forEach(listener -> listener.nodeJoined(new Node(other, NodeAddress.NONE, 0, 1, false)));
            } else if (!sees && !other.equals(nodeId) && seen.remove(other)) {
                listeners.forEach(listener -> listener.nodeLeft(other));
            }
        }

        @Override
        public String nodeId() {
            return nodeId;
        }

        @Override
        public Map<String, Node> nodes() {
            Map<String, Node> nodes = new LinkedHashMap<>();
            seen.forEach(id -> nodes.put(id, new Node(id, NodeAddress.NONE, 0, 1, false)));
            return nodes;
        }

        @Override
        public Set<String> foundOnJoining() {
            return foundOnJoining;
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
        public Future<Boolean> ask(String asked, Question question, String about) {
            Member other = members.get(asked);
            return other.dead || other.frozen || other.deaf || deaf
                    ? Future.failedFuture("nobody answers")
                    : Future.succeededFuture(other.rounds.answer(question, nodeId, about));
        }

        @Override
        public Future<Void> serve(Answerer answerer) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }
}
