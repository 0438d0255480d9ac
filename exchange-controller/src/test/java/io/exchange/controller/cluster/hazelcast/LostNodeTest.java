package io.exchange.controller.cluster.hazelcast;

import static io.exchange.controller.cluster.hazelcast.Tests.await;
import static io.exchange.controller.cluster.hazelcast.Tests.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import io.exchange.api.Roles;
import io.exchange.controller.cluster.ClusterNode;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.HeldAttaches;
import io.exchange.controller.cluster.NodeAddress;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.Presence;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole nodes without channels, on real members: what becomes of the records of one that dies. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LostNodeTest {

    private static final int TARGETS = 200;

    private final Members members = new Members();
    private final List<Vertx> started = new ArrayList<>();
    private final Map<String, HazelcastInstance> memberOf = new ConcurrentHashMap<>();
    private final Map<String, Held> heldBy = new ConcurrentHashMap<>();

    @AfterEach
    void stop() {
        members.close();
        started.forEach(vertx -> await(vertx.close()));
    }

    @Test
    void what_a_dead_node_held_is_given_to_others_after_its_lease_with_a_quorum() {
        ClusterNode a = node("a", 2);
        ClusterNode b = node("b", 2);
        ClusterNode c = node("c", 2);
        until(() ->
                List.of(a, b, c).stream().allMatch(node -> node.view().nodes().size() == 3));
        until(() -> List.of(a, b, c).stream().allMatch(node -> node.leases().mayElect()));
        until(() -> a.directory().clusterTime() > settled("a"));
        attach(c, "c", "s1");
        attach(a, "a", "s2");
        until(() -> b.directory().snapshot().size() == TARGETS);
        until(() -> memberOf.get("a").getPartitionService().isClusterSafe());
        members.kill(memberOf.get("c"));

        until(() -> everyRecord(b.directory(), "s1", Presence.SUSPENDED));
        assertThat(b.directory().snapshot()).allMatch(record -> holder(record).equals("s1"));
        until(() -> b.directory().snapshot().stream()
                .allMatch(record -> holder(record).equals("s2")));
        until(() -> b.directory().snapshot().stream()
                .allMatch(record -> record.sessions().size() == 1));
        assertThat(heldBy.get("a").audited).isNotEmpty();
        await(a.close());
        await(b.close());
    }

    @Test
    void a_node_below_quorum_elects_nobody_and_fills_the_slots_when_it_has_one() {
        ClusterNode a = node("a", 2);
        TargetEvent.Attached attached = attached(a.directory(), "a", "s1");
        heldBy.get("a").attaches.add(attached.attach());
        until(() -> a.directory().clusterTime() > settled("a"));
        await(a.directory().submit("gw", attached));
        assertThat(holder(await(a.directory().read("gw")))).isEmpty();

        node("b", 2);
        until(() -> holder(a.directory().lookup("gw")).equals("s1"));
    }

    private long settled(String nodeId) {
        NodeRecord record =
                (NodeRecord) memberOf.get(nodeId).getMap(ClusterSettings.NODES).get(nodeId);
        return record.settlingUntil();
    }

    private static boolean everyRecord(Directory directory, String session, Presence presence) {
        return directory.snapshot().stream()
                .allMatch(record ->
                        record.session(session).map(SessionRecord::presence).equals(Optional.of(presence)));
    }

    private static String holder(TargetRecord record) {
        return record.holders(Roles.PRIMARY).stream()
                .map(SessionRecord::id)
                .findFirst()
                .orElse("");
    }

    private ClusterNode node(String nodeId, int quorum) {
        HazelcastInstance member = members.start();
        Vertx vertx = await(Vertx.builder()
                .withClusterManager(new HazelcastClusterManager(member))
                .buildClustered());
        started.add(vertx);
        memberOf.put(nodeId, member);
        ClusterNode node = await(HazelcastNode.open(
                vertx,
                member,
                new ClusterNode.Setup(
                        nodeId,
                        NodeAddress.NONE,
                        ElectionRules.DEFAULT,
                        quorum,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        false,
                        Duration.ofSeconds(1))));
        Held held = new Held();
        heldBy.put(nodeId, held);
        node.reconcile(held, targetId -> {});
        return node;
    }

    private void attach(ClusterNode node, String nodeId, String session) {
        List<Future<Verdict>> attached = new ArrayList<>();
        for (int i = 0; i < TARGETS; i++) {
            TargetEvent.Attached event = attached(node.directory(), nodeId, session);
            heldBy.get(nodeId).attaches.add(event.attach());
            heldBy.get(nodeId).targets.add("gw" + i);
            attached.add(node.directory().submit("gw" + i, event));
        }
        await(Future.all(attached));
    }

    private static TargetEvent.Attached attached(Directory directory, String nodeId, String session) {
        Attach attach = new Attach(session, "c of " + session, 1, "ch " + session, nodeId);
        return new TargetEvent.Attached(
                attach, Map.of(), Set.of(Roles.PRIMARY), List.of(), "", "", directory.clusterTime());
    }

    private static final class Held implements HeldAttaches {

        private final Set<String> targets = ConcurrentHashMap.newKeySet();
        private final Set<Attach> attaches = ConcurrentHashMap.newKeySet();
        private final Set<String> audited = ConcurrentHashMap.newKeySet();

        @Override
        public Collection<String> targets() {
            return targets;
        }

        @Override
        public boolean isHere(Attach attach) {
            return attaches.contains(attach);
        }

        @Override
        public void audit(TargetRecord record) {
            audited.add(record.targetId());
        }
    }
}
