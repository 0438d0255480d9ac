package io.exchange.examples.cluster;

import static io.exchange.examples.cluster.Stories.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** No accepted batch is lost, and none of its commands runs twice, whatever becomes of the nodes: invariant 6. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchTest {

    private static final int COMMANDS = 400;
    private static final int BUSY_MILLIS = 50;

    private Cluster cluster;
    private List<String> targets;

    @BeforeAll
    void start() throws Exception {
        cluster = Stories.cluster("batches", 2, "a", "b", "c");
        targets = cluster.attachConnectors(5);
    }

    @BeforeEach
    void all_nodes_are_there() throws Exception {
        for (String node : List.of("a", "b", "c")) {
            if (!cluster.running().contains(node)) {
                cluster.startNode(node);
            }
        }
        cluster.awaitSettled(PATIENCE);
    }

    @AfterEach
    void nothing_has_happened_that_must_not() {
        assertThat(cluster.history().violations()).isEmpty();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private void submit(String batch, String node) throws InterruptedException {
        cluster.submit(new Order.RunBatch(batch, targets, COMMANDS, BUSY_MILLIS, 4), node);
    }

    private void awaitRuns(String batch, int number) throws InterruptedException {
        cluster.history().await(number + " runs of " + batch, () -> runs(batch) >= number, PATIENCE);
    }

    private int runs(String batch) {
        return IntStream.range(0, COMMANDS)
                .map(i -> cluster.history().runs(batch + "." + i))
                .sum();
    }

    private void assertAllRanOnce(String batch, String node) throws InterruptedException {
        Report.BatchHasEnded end = cluster.awaitBatch(batch, node, PATIENCE);
        assertThat(end.others()).isEmpty();
        assertThat(end.state()).isEqualTo("SUCCEEDED");
        assertThat(end.succeeded()).isEqualTo(COMMANDS);
        assertThat(runs(batch)).isEqualTo(COMMANDS);
    }

    @Test
    void fault_4_stopping_a_node_loses_no_batch_of_the_cluster() throws Exception {
        submit("fault-4-of-a", "a");
        submit("fault-4-of-b", "b");
        awaitRuns("fault-4-of-a", 20);
        awaitRuns("fault-4-of-b", 20);
        cluster.stopNode("a");

        assertAllRanOnce("fault-4-of-a", "b");
        assertAllRanOnce("fault-4-of-b", "c");
    }

    @Test
    void when_the_node_that_runs_a_batch_is_killed_another_goes_on_and_runs_nothing_twice() throws Exception {
        submit("killed", "b");
        awaitRuns("killed", 50);
        cluster.kill("b");

        assertAllRanOnce("killed", "c");
    }

    @Test
    void a_batch_outlives_a_rolling_restart_of_all_nodes() throws Exception {
        submit("rolling", "a");
        for (String node : List.of("a", "b", "c")) {
            awaitRuns("rolling", Math.min(COMMANDS, runs("rolling") + 20));
            cluster.stopNode(node);
            cluster.startNode(node);
        }

        assertAllRanOnce("rolling", "a");
    }

    @Test
    void a_node_that_freezes_over_a_batch_and_thaws_runs_nothing_again() throws Exception {
        submit("frozen", "c");
        awaitRuns("frozen", 50);
        cluster.freeze("c");
        Report.BatchHasEnded end = cluster.awaitBatch("frozen", "a", PATIENCE);
        cluster.thaw("c");
        cluster.awaitSettled(PATIENCE);

        assertThat(end.state()).isEqualTo("SUCCEEDED");
        assertAllRanOnce("frozen", "b");
    }
}
