package io.exchange.examples.cluster;

import static io.exchange.examples.cluster.Stories.PATIENCE;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peer fault 13: very many connectors lose their node at the same moment. */
@Timeout(180)
class ReconnectStormTest {

    private static final int TARGETS = 1_000;

    @Test
    void when_a_node_dies_two_thousand_connectors_attach_elsewhere_and_nothing_is_lost() throws Exception {
        Cluster.Plan plan = Cluster.Plan.of("a", "b", "c")
                .withTimes(NodeSettings.Times.LONG)
                .withLogs(Path.of("target/logs", "reconnect-storm"));
        try (Cluster cluster = Cluster.of(plan)) {
            cluster.startAll();
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
