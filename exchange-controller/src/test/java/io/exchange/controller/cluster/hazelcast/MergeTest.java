package io.exchange.controller.cluster.hazelcast;

import static io.exchange.controller.cluster.hazelcast.Tests.await;
import static io.exchange.controller.cluster.hazelcast.Tests.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import io.exchange.api.Roles;
import io.exchange.controller.cluster.ClusterTerms;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.NodeAddress;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.Merge;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two members that each are a cluster, until one of them finds the other. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class MergeTest {

    private static final ClusterTerms TERMS =
            new ClusterTerms(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(5), 1, Map.of(), 1);

    private final Members members = new Members();
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        members.close();
        await(vertx.close());
    }

    @Test
    void two_halves_become_one_and_nothing_that_a_connector_may_hold_is_lost() throws IOException {
        int port = freePort();
        Config finding = merging();
        finding.getNetworkConfig().getJoin().getTcpIpConfig().addMember("127.0.0.1:" + port);
        HazelcastInstance one = members.start(finding);
        HazelcastView viewOfOne = view(one, "a");
        Directory onOne = open(one);
        TargetRecord half = attach(onOne, "gw", "s1", "a");
        attach(onOne, "only one", "s1", "a");

        Config hidden = merging();
        hidden.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        hidden.getNetworkConfig().getJoin().getTcpIpConfig().setMembers(List.of("127.0.0.1:" + port));
        HazelcastInstance other = members.start(hidden);
        HazelcastView viewOfOther = view(other, "b");
        Directory onOther = open(other);
        TargetRecord otherHalf = attach(onOther, "gw", "s2", "b");
        attach(onOther, "only other", "s2", "b");
        assertThat(other.getCluster().getMembers()).hasSize(1);

        TargetRecord merged = Merge.merge(half, otherHalf);
        until(() -> one.getCluster().getMembers().size() == 2);
        until(() -> onOne.lookup("gw").equals(merged) && onOther.lookup("gw").equals(merged));
        SlotRecord slot = merged.slot(Roles.PRIMARY, 0).orElseThrow();
        assertThat(slot.tenures()).hasSize(2);
        assertThat(slot.tenures()).filteredOn(SlotRecord.Tenure::revoking).hasSize(1);
        until(() -> onOne.snapshot().size() == 3);
        await(onOther.resync()); // as the loop does when nodes join: what the other half had is no event here
        assertThat(onOther.snapshot()).hasSize(3);
        assertThat(await(onOther.read("only one")).sessions()).hasSize(1);
        assertThat(await(onOne.read("only other")).sessions()).hasSize(1);
        until(() -> viewOfOne.nodes().size() == 2 && viewOfOther.nodes().size() == 2);
        TargetRecord next = attach(onOne, "gw", "s3", "a");
        until(() -> onOther.lookup("gw").equals(next));
    }

    private Config merging() {
        return members.config()
                .setProperty(ClusterSettings.MERGE_FIRST_DELAY, "3")
                .setProperty(ClusterSettings.MERGE_NEXT_DELAY, "1");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private HazelcastView view(HazelcastInstance member, String nodeId) {
        return await(
                HazelcastView.join(vertx, member, new HazelcastView.Self(nodeId, NodeAddress.NONE, 0, false, TERMS)));
    }

    private Directory open(HazelcastInstance member) {
        return await(HazelcastDirectory.open(
                vertx, member, new HazelcastDirectory.Parts(ElectionRules.DEFAULT, () -> true, () -> 0, 10_000)));
    }

    private static TargetRecord attach(Directory directory, String targetId, String session, String node) {
        Attach attach = new Attach(session, "c of " + session, 1, "ch " + session, node);
        Verdict verdict = await(directory.submit(
                targetId,
                new TargetEvent.Attached(
                        attach, Map.of(), Set.of(Roles.PRIMARY), List.of(), "", "", directory.clusterTime())));
        return ((Verdict.Accepted) verdict).record();
    }
}
