package io.exchange.examples.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster of one node, which is what its members are one by one. */
@Timeout(120)
class OneNodeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void commands_are_answered_before_and_after_a_restart_and_terms_grow() throws Exception {
        try (Cluster cluster = Cluster.of(Cluster.Plan.of("a").withLogs(Path.of("target/logs/one-node")))) {
            cluster.startAll();
            List<String> targets = cluster.attachConnectors(3);
            cluster.awaitSettled(PATIENCE);
            long term = cluster.history().term("target-0");
            cluster.load(new Order.Load(targets, 100, 10_000, 50, true, 1), "a");
            cluster.history()
                    .await("200 answers", () -> cluster.history().counts().answered() > 200, PATIENCE);
            cluster.kill("a");
            cluster.history().await("a step-down", () -> cluster.history().term("target-0") == 0, PATIENCE);
            cluster.startNode("a");
            cluster.awaitSettled(PATIENCE);
            cluster.load(new Order.Load(targets, 100, 10_000, 50, true, 2), "a");
            cluster.history()
                    .await("400 answers", () -> cluster.history().counts().answered() > 400, PATIENCE);
            cluster.quiet();

            assertThat(cluster.history().violations()).isEmpty();
            assertThat(cluster.history().counts().lost()).isZero();
            assertThat(cluster.history().term("target-0")).isGreaterThan(term);
        }
    }
}
