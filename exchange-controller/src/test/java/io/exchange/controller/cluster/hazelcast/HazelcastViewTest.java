package io.exchange.controller.cluster.hazelcast;

import static io.exchange.controller.cluster.hazelcast.Tests.await;
import static io.exchange.controller.cluster.hazelcast.Tests.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.controller.cluster.ClusterTerms;
import io.exchange.controller.cluster.ClusterView;
import io.exchange.controller.cluster.EventBusCalls;
import io.exchange.controller.cluster.NodeAddress;
import io.exchange.controller.cluster.NodeCalls.Question;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HazelcastViewTest {

    private static final ClusterTerms TERMS =
            new ClusterTerms(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(5), 1, Map.of(), 1);

    private final Members members = new Members();
    private final List<Vertx> started = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        members.close();
        started.add(vertx);
        started.forEach(one -> await(one.close()));
    }

    @Test
    void nodes_see_each_other_come_and_go() {
        HazelcastView a = join("a", members.start());
        listen(a);
        HazelcastInstance second = members.start();
        HazelcastView b = join("b", second);

        until(() -> a.nodes().size() == 2);
        assertThat(b.nodes().keySet()).containsExactlyInAnyOrder("a", "b");
        assertThat(a.nodes().get("b").address().endpoint()).isEqualTo("https://b");
        members.kill(second);
        until(() -> heard.contains("left b"));
        assertThat(heard).containsExactly("joined b", "left b");
        assertThat(a.nodes().keySet()).containsExactly("a");
    }

    @Test
    void a_node_that_leaves_is_not_seen_though_its_member_stays() {
        HazelcastView a = join("a", members.start());
        HazelcastView b = join("b", members.start());
        until(() -> a.nodes().size() == 2);
        listen(a);
        await(b.close());

        until(() -> heard.contains("left b"));
        await(a.refresh());
        assertThat(a.nodes().keySet()).containsExactly("a");
    }

    @Test
    void the_others_see_that_a_node_drains() {
        HazelcastView a = join("a", members.start());
        HazelcastView b = join("b", members.start());
        until(() -> a.nodes().size() == 2);
        assertThat(a.nodes().get("b").draining()).isFalse();
        b.drain();

        until(() -> a.nodes().get("b").draining());
        assertThat(b.nodes().get("a").draining()).isFalse();
    }

    @Test
    void after_a_refresh_a_node_that_had_joined_is_seen() {
        HazelcastInstance member = members.start();
        HazelcastView a = join("a", member);
        await(HazelcastView.join(
                vertx, members.start(), new HazelcastView.Self("b", NodeAddress.NONE, 0, false, TERMS)));
        await(a.refresh());

        assertThat(a.nodes()).containsKey("b");
    }

    @Test
    void a_node_whose_record_was_lost_writes_it_again() {
        HazelcastInstance member = members.start();
        HazelcastView a = join("a", member);
        member.getMap(ClusterSettings.NODES).clear();
        await(a.refresh());

        until(() -> member.getMap(ClusterSettings.NODES).containsKey("a"));
        assertThat(a.nodes()).containsKey("a");
    }

    @Test
    void new_records_settle_after_the_cluster_began_and_after_a_member_was_lost_on_all_nodes() {
        long before = System.currentTimeMillis();
        HazelcastView a = join("a", members.start());
        assertThat(a.settlingUntil()).isGreaterThan(before + 9_000);
        long first = a.settlingUntil();
        HazelcastInstance second = members.start();
        HazelcastView b = join("b", second);
        assertThat(b.settlingUntil()).isEqualTo(first);

        members.kill(second);
        until(() -> a.settlingUntil() > first);
        until(() ->
                ((NodeRecord) members.started(0).getMap(ClusterSettings.NODES).get("a")).settlingUntil() > first);
        HazelcastView c = join("c", members.start());
        assertThat(c.settlingUntil()).isEqualTo(a.settlingUntil());
    }

    @Test
    void a_node_that_was_started_with_other_terms_does_not_join_and_says_what_differs() {
        HazelcastInstance first = members.start();
        HazelcastView a = join("a", first);
        listen(a);
        ClusterTerms others = new ClusterTerms(
                Duration.ofSeconds(5), TERMS.grace(), TERMS.look(), 3, Map.of("primary", 2), TERMS.otherSlots());
        HazelcastInstance second = members.start();

        Future<HazelcastView> refused = join("b", second, others);
        assertThat(causeOf(refused)).isInstanceOfSatisfying(ExchangeException.class, cause -> {
            assertThat(cause.code()).isEqualTo(ErrorCode.INVALID);
            assertThat(cause.text())
                    .contains("the lease (ControllerOptions.setChannelLimits): PT5S here, PT10S on node a")
                    .contains("the quorum (setQuorum): 3 here, 1 on node a")
                    .contains("the slots of roles (setRoleSlots): {primary=2} here, {} on node a")
                    .contains("stop all nodes")
                    .doesNotContain("the grace");
        });
        await(a.refresh());
        assertThat(a.nodes().keySet()).containsExactly("a");
        assertThat(heard).isEmpty();
        assertThat(join("c", second).nodes().keySet()).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void of_nodes_that_come_at_the_same_time_with_different_terms_one_at_the_most_joins() {
        ClusterTerms others = new ClusterTerms(
                TERMS.lease(), Duration.ofSeconds(1), TERMS.look(), TERMS.quorum(), Map.of(), TERMS.otherSlots());
        Future<HazelcastView> one = join("one", members.start(), TERMS);
        Future<HazelcastView> other = join("other", members.start(), others);

        await(Future.join(one, other).transform(ended -> Future.succeededFuture()));

        assertThat(one.succeeded() && other.succeeded()).isFalse();
    }

    @Test
    void what_nodes_that_are_gone_were_started_with_does_not_count() {
        HazelcastInstance member = members.start();
        HazelcastView a = join("a", member);
        await(a.close());
        ClusterTerms others = new ClusterTerms(
                Duration.ofSeconds(5), TERMS.grace(), TERMS.look(), TERMS.quorum(), Map.of(), TERMS.otherSlots());

        assertThat(await(join("b", member, others)).nodes().keySet()).containsExactly("b");
    }

    @Test
    void nodes_ask_each_other_over_the_event_bus() {
        Vertx one = clustered(members.start());
        Vertx other = clustered(members.start());
        EventBusCalls a = new EventBusCalls(one, "a", 2_000);
        EventBusCalls b = new EventBusCalls(other, "b", 2_000);
        await(b.serve((question, from, about) ->
                question == Question.REFUSE && from.equals("a") && about.equals("gone \u00e9")));

        assertThat(await(a.ask("b", Question.REFUSE, "gone \u00e9"))).isTrue();
        assertThat(await(a.ask("b", Question.REFUSE, "other"))).isFalse();
        assertThat(await(a.ask("b", Question.ACKNOWLEDGE, "a"))).isFalse();
        await(b.close());
        assertThat(await(a.ask("b", Question.ACKNOWLEDGE, "a").otherwise(false)))
                .isFalse();
    }

    private Vertx clustered(HazelcastInstance member) {
        Vertx clustered = await(Vertx.builder()
                .withClusterManager(new HazelcastClusterManager(member))
                .buildClustered());
        started.add(clustered);
        return clustered;
    }

    private HazelcastView join(String nodeId, HazelcastInstance member) {
        return await(join(nodeId, member, TERMS));
    }

    private Future<HazelcastView> join(String nodeId, HazelcastInstance member, ClusterTerms terms) {
        return HazelcastView.join(
                vertx,
                member,
                new HazelcastView.Self(nodeId, new NodeAddress("https://" + nodeId, "", ""), 10_000, false, terms));
    }

    private static Throwable causeOf(Future<?> failed) {
        return await(failed.<Throwable>mapEmpty().recover(Future::succeededFuture));
    }

    private void listen(ClusterView view) {
        view.listen(new ClusterView.Listener() {
            @Override
            public void nodeJoined(ClusterView.Node node) {
                heard.add("joined " + node.nodeId());
            }

            @Override
            public void nodeLeft(String nodeId) {
                heard.add("left " + nodeId);
            }
        });
    }
}
