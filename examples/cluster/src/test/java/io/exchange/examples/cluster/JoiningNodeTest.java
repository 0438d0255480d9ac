package io.exchange.examples.cluster;

import static io.exchange.examples.cluster.Stories.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster grows while it works. */
@Timeout(120)
class JoiningNodeTest {

    private static final int TARGETS = 60;

    /** Of two connectors each, spread over three nodes, less the tenth that the others may keep. */
    private static final int SHARE = 2 * TARGETS / 3 - 2 * (2 * TARGETS / 30 + 1);

    @Test
    void a_node_that_joins_gets_its_share_of_the_channels_and_no_command_fails() throws Exception {
        Cluster.Plan plan = Cluster.Plan.of("a", "b", "c").withLogs(Path.of("target/logs", "joining-node"));
        try (Cluster cluster = Cluster.of(plan)) {
            cluster.startNode("a");
            cluster.startNode("b");
            List<String> targets = cluster.attachConnectors(TARGETS);
            cluster.awaitSettled(PATIENCE);
            Stories.load(cluster, targets, "a", "b");
            Stories.awaitAnswers(cluster, 100);
            cluster.startNode("c");
            cluster.awaitLook("c", "its share", look -> look.held().size() >= SHARE, PATIENCE);

            Stories.assertGoodEnd(cluster);
            assertThat(cluster.history().counts().failed()).isEmpty();
        }
    }
}
