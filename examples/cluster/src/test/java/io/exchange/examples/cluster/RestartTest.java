package io.exchange.examples.cluster;

import static io.exchange.examples.cluster.Stories.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes go and come back on purpose. */
@Timeout(240)
class RestartTest {

    @Test
    void a_rolling_restart_of_all_nodes_under_load_fails_no_command() throws Exception {
        try (Cluster cluster = Stories.cluster("rolling-restart", 1, "a", "b", "c")) {
            List<String> targets = cluster.attachConnectors(10);
            cluster.awaitSettled(PATIENCE);
            String[] all = {"a", "b", "c"};
            Stories.load(cluster, targets, all);
            Stories.awaitAnswers(cluster, 100);
            for (String node : all) {
                cluster.stopNode(node);
                cluster.startNode(node);
                Stories.load(cluster, targets, node);
                Stories.awaitAnswers(cluster, 200);
            }

            Stories.assertGoodEnd(cluster);
            assertThat(cluster.history().counts().failed()).isEmpty();
            assertThat(cluster.history().counts().diedWithSender()).isZero();
        }
    }

    @Test
    void after_a_restart_of_the_whole_cluster_terms_have_grown() throws Exception {
        try (Cluster cluster = Stories.cluster("full-restart", 1, "a", "b")) {
            List<String> targets = cluster.attachConnectors(5);
            cluster.awaitSettled(PATIENCE);
            Map<String, Long> terms = terms(cluster, targets);
            cluster.kill("a");
            cluster.kill("b");
            cluster.history()
                    .await(
                            "all step down",
                            () -> terms(cluster, targets).values().stream().allMatch(term -> term == 0),
                            PATIENCE);
            cluster.startAll();
            Stories.load(cluster, targets, "a", "b");
            Stories.awaitAnswers(cluster, 200);

            Stories.assertGoodEnd(cluster);
            terms(cluster, targets)
                    .forEach((target, term) -> assertThat(term).as(target).isGreaterThan(terms.get(target)));
        }
    }

    private static Map<String, Long> terms(Cluster cluster, List<String> targets) {
        Map<String, Long> terms = new HashMap<>();
        targets.forEach(target -> terms.put(target, cluster.history().term(target)));
        return terms;
    }
}
