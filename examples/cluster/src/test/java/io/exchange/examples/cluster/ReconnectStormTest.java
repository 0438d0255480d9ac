package io.exchange.examples.cluster;

import static io.exchange.examples.cluster.Stories.PATIENCE;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peer fault 13: very many connectors lose their node at the same moment. */
@Timeout(180)
class ReconnectStormTest {

    private static final int TARGETS = 1_000;

    @Test
    void when_a_node_dies_two_thousand_connectors_attach_elsewhere_and_nothing_is_lost() throws Exception {
        try (Cluster cluster = Stories.cluster("reconnect-storm", 1, "a", "b", "c")) {
            List<String> targets = cluster.attachConnectors(TARGETS);
            cluster.awaitSettled(PATIENCE);
            Stories.load(cluster, targets, "b", "c");
            Stories.awaitAnswers(cluster, 100);
            cluster.kill("a");
            Stories.awaitAnswers(cluster, 400);

            Stories.assertGoodEnd(cluster);
            Stories.assertNothingLost(cluster);
        }
    }
}
