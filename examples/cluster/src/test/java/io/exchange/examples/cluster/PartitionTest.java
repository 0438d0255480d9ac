package io.exchange.examples.cluster;

import static io.exchange.examples.cluster.Stories.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The network between one node and two is cut, while connectors reach all three, and heals. */
@Timeout(180)
class PartitionTest {

    private Network network;

    @BeforeEach
    void open() {
        Optional<Namespaces> namespaces = Namespaces.open();
        assumeTrue(
                namespaces.isPresent(),
                "network namespaces are not to be had here: it takes root, and ip of iproute2 (apt-get install iproute2)");
        network = namespaces.orElseThrow();
    }

    @Test
    void with_a_quorum_only_the_side_of_two_grants_and_no_two_are_primary_at_once() throws Exception {
        try (Cluster cluster = Stories.cluster("partition-quorum", 2, network, "a", "b", "c")) {
            List<String> targets = cluster.attachConnectors(10);
            cluster.awaitSettled(PATIENCE);
            Stories.load(cluster, targets, "a", "b");
            Stories.awaitAnswers(cluster, 100);
            cluster.partition("c");
            awaitReady(cluster, "c", false);
            Stories.awaitAnswers(cluster, 200);
            assertThat(cluster.looks().get("a.1").ready()).isTrue();
            cluster.heal();
            awaitReady(cluster, "c", true);
            Stories.awaitAnswers(cluster, 200);

            Stories.assertGoodEnd(cluster);
        }
    }

    @Test
    void without_a_quorum_both_sides_grant_and_after_the_healing_one_is_primary_again() throws Exception {
        try (Cluster cluster = Stories.cluster("partition", 1, network, "a", "b", "c")) {
            List<String> targets = cluster.attachConnectors(10);
            cluster.awaitSettled(PATIENCE);
            Stories.load(cluster, targets, "a", "b", "c");
            Stories.awaitAnswers(cluster, 100);
            cluster.partition("c");
            awaitMembers(cluster, "c", 1);
            awaitMembers(cluster, "a", 2);
            Stories.awaitAnswers(cluster, 200);
            cluster.heal();
            awaitMembers(cluster, "a", 3);
            Stories.awaitAnswers(cluster, 200);

            Stories.assertGoodEnd(cluster);
        }
    }

    private static void awaitReady(Cluster cluster, String node, boolean ready) throws InterruptedException {
        cluster.awaitLook(node, "ready " + ready, look -> look.ready() == ready, PATIENCE);
    }

    private static void awaitMembers(Cluster cluster, String node, int members) throws InterruptedException {
        cluster.awaitLook(node, members + " members", look -> look.members() == members, PATIENCE);
    }
}
