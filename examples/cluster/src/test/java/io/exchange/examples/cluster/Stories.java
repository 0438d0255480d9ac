package io.exchange.examples.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Delivery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** What the stories of faults have in common: how they begin, what goes on meanwhile, and how they must end. */
final class Stories {

    /** For everything that comes by itself; a busy machine takes its time. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int PER_SECOND = 50;
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int BUSY_MILLIS = 300;
    private static final Random SEEDS = new Random();

    private Stories() {}

    /** A cluster whose nodes have all started. */
    static Cluster cluster(String story, int quorum, String... nodes) throws IOException, InterruptedException {
        return cluster(story, quorum, Network.loopback(), nodes);
    }

    static Cluster cluster(String story, int quorum, Network network, String... nodes)
            throws IOException, InterruptedException {
        Cluster.Plan plan = Cluster.Plan.of(nodes).withQuorum(quorum).withLogs(Path.of("target/logs", story));
        Cluster cluster = Cluster.of(plan, network);
        try {
            cluster.startAll();
        } catch (IOException | InterruptedException | RuntimeException e) {
            cluster.close(); // no process is to be left
            throw e;
        }
        return cluster;
    }

    /** Commands to all targets, from some nodes, until {@link Cluster#quiet}; the seed is printed. */
    static void load(Cluster cluster, List<String> targets, String... senders) {
        long seed = Long.getLong("exchange.seed", SEEDS.nextLong());
        System.out.println("load with seed " + seed);
        cluster.load(new Order.Load(targets, PER_SECOND, TIMEOUT_MILLIS, BUSY_MILLIS, true, seed), senders);
    }

    /** Waits until so many more commands have been answered. */
    static void awaitAnswers(Cluster cluster, int more) throws InterruptedException {
        cluster.history().awaitAnswers(more, PATIENCE);
    }

    /** The commands end, all settles, and nothing has happened that must not. */
    static void assertGoodEnd(Cluster cluster) throws InterruptedException {
        cluster.quiet();
        cluster.awaitSettled(PATIENCE);
        System.out.println(cluster.history().counts());
        assertThat(cluster.history().violations()).isEmpty();
    }

    /** Whoever could be answered was: only who did not want a repeat may have lost something. */
    static void assertNothingLost(Cluster cluster) {
        assertThat(cluster.history().unanswered(Delivery.RESUME)).isEmpty();
    }
}
