package io.exchange.examples.cluster;

import static io.exchange.examples.cluster.Stories.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node stops for a while, as a machine that is moved or swaps does, and does not know of it. */
@Timeout(180)
class FrozenNodeTest {

    @Test
    void a_node_that_freezes_under_load_is_replaced_and_harms_nothing_when_it_thaws() throws Exception {
        // with a quorum: a busy machine may take a node that is merely slow for lost, too
        try (Cluster cluster = Stories.cluster("frozen-node", 2, "a", "b", "c")) {
            // tag::story[]
            List<String> targets = cluster.attachConnectors(10);
            cluster.awaitSettled(PATIENCE);
            Stories.load(cluster, targets, "a", "b", "c");
            Stories.awaitAnswers(cluster, 100);
            cluster.freeze("c");
            // end::story[]
            // all its channels go elsewhere, and the roles that were held there are held again
            Stories.awaitAnswers(cluster, 1_000);
            for (String target : targets) {
                cluster.awaitPrimary(target, PATIENCE);
            }
            cluster.thaw("c");
            Stories.awaitAnswers(cluster, 400);

            Stories.assertGoodEnd(cluster);
            Stories.assertNothingLost(cluster);
        }
    }

    @Test
    void a_node_that_freezes_for_less_than_the_lease_changes_nothing() throws Exception {
        try (Cluster cluster = Stories.cluster("short-freeze", 2, "a", "b", "c")) {
            List<String> targets = cluster.attachConnectors(5);
            cluster.awaitSettled(PATIENCE);
            List<Long> terms = targets.stream().map(cluster.history()::term).toList();
            Stories.load(cluster, targets, "a", "b", "c");
            Stories.awaitAnswers(cluster, 50);
            cluster.freeze("b");
            Stories.awaitAnswers(cluster, 80);
            cluster.thaw("b");
            Stories.awaitAnswers(cluster, 200);

            Stories.assertGoodEnd(cluster);
            Stories.assertNothingLost(cluster);
            assertThat(targets.stream().map(cluster.history()::term).toList()).isEqualTo(terms);
        }
    }
}
