package io.exchange.examples.cluster;

import static io.exchange.examples.cluster.Stories.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A node of three dies by kill -9, under load, and comes back after each story. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledNodeTest {

    private static final int TARGETS = 10;
    private static final String DOOMED = "doomed";

    private Cluster cluster;
    private List<String> targets;

    @BeforeAll
    void start() throws Exception {
        cluster = Stories.cluster("killed-node", 1, "a", "b", "c");
        targets = cluster.attachConnectors(TARGETS);
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
    void no_target_whose_connectors_live_was_said_to_be_gone() {
        assertThat(cluster.history().went()).isSubsetOf(DOOMED);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void when_the_node_that_holds_most_channels_dies_others_answer_for_it() throws Exception {
        String victim = cluster.looks().entrySet().stream()
                .max(Map.Entry.comparingByValue((one, other) ->
                        Integer.compare(one.held().size(), other.held().size())))
                .orElseThrow()
                .getKey()
                .substring(0, 1);
        String[] others =
                cluster.running().stream().filter(node -> !node.equals(victim)).toArray(String[]::new);
        Stories.load(cluster, targets, others);
        Stories.awaitAnswers(cluster, 100);
        cluster.kill(victim);
        Stories.awaitAnswers(cluster, 400);

        Stories.assertGoodEnd(cluster);
        Stories.assertNothingLost(cluster);
    }

    @Test
    void when_the_oldest_node_dies_nothing_is_lost() throws Exception {
        String oldest = cluster.running().get(0);
        String[] others = cluster.running().subList(1, 3).toArray(String[]::new);
        Stories.load(cluster, targets, others);
        Stories.awaitAnswers(cluster, 100);
        cluster.kill(oldest);
        Stories.awaitAnswers(cluster, 400);

        Stories.assertGoodEnd(cluster);
        Stories.assertNothingLost(cluster);
    }

    @Test
    void when_the_node_of_the_sender_dies_what_it_sent_runs_at_most_once_and_never_late() throws Exception {
        String sender = cluster.running().get(1);
        Stories.load(cluster, targets, sender);
        Stories.awaitAnswers(cluster, 200);
        cluster.kill(sender);

        Stories.assertGoodEnd(cluster);
        assertThat(cluster.history().counts().diedWithSender()).isPositive();
        Stories.load(cluster, targets, cluster.running().toArray(String[]::new));
        Stories.awaitAnswers(cluster, 200);
        Stories.assertGoodEnd(cluster);
        Stories.assertNothingLost(cluster);
    }

    @Test
    void a_target_whose_only_connector_has_died_is_said_to_be_gone() throws Exception {
        cluster.attachConnector(DOOMED, "doomed-a", "a", "b", "c");
        cluster.crashConnector("doomed-a");

        cluster.history()
                .await("it is said to be gone", () -> cluster.history().went().contains(DOOMED), PATIENCE);
    }
}
