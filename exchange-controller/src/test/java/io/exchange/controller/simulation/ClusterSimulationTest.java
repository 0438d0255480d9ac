package io.exchange.controller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulation of several nodes, of which each sees the others and the records in its own way: {@code -Dsimulation.seed=…}
 * repeats one, {@code -Dsimulation.steps=…} makes it longer.
 */
class ClusterSimulationTest {

    private static final Logger LOG = Logger.getLogger("io.exchange.controller.Cluster");

    private static final int LANES = 2;
    private static final long ENOUGH_FOR_ALL = 1_000_000;

    private static final List<String> MUST_HAPPEN = List.of(
            "LeaseOver",
            "MoveRequested",
            "NodeLeaseOver",
            "NodeLost",
            "Released",
            "Settled",
            "adopted from a connector or node",
            "crash",
            "freeze",
            "kept across an attach",
            "merged",
            "partition",
            "record lost",
            "record went back",
            "side split off",
            "sides merged",
            "thawed and alone");

    @BeforeAll
    static void be_silent_about_faults_that_are_wanted() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void be_as_before() {
        LOG.setLevel(null);
    }

    @Test
    @Timeout(value = 600, unit = TimeUnit.SECONDS)
    void nodes_that_part_freeze_die_and_lose_records_never_have_two_holders_and_agree_in_the_end() {
        long seed = Long.getLong("simulation.seed", 1); // the same in each build; others by hand
        long wanted = Long.getLong("simulation.steps", 5_000_000);
        System.out.println("simulation.seed=" + seed);
        Tally tally = new Tally(new World(0, 0, () -> {}));
        AtomicLong episodes = new AtomicLong();
        AtomicLong steps = new AtomicLong();
        long begun = System.nanoTime();
        IntStream.range(0, LANES).parallel().forEach(lane -> {
            while (steps.get() < wanted) {
                ClusterEpisode episode = episode(seed + episodes.getAndIncrement(), Mutation.NONE);
                steps.addAndGet(episode.run());
                synchronized (tally) {
                    tally.add(episode.tally());
                }
            }
        });
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf("%s episodes, %s steps, %.0f steps/s, %s%n", episodes, steps, steps.get() / seconds, tally);
        if (wanted < ENOUGH_FOR_ALL) {
            return; // one episode is being repeated
        }
        for (String what : MUST_HAPPEN) {
            assertThat(tally.of(what)).as(what).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "MERGE_DROPS_A_TENURE",
                "FENCE_DOES_NOT_WAIT",
                "SETTLING_SKIPPED",
                "TOLD_BEFORE_IT_IS_SURE",
                "THAWED_NODE_RENEWS",
                "NEVER_RECONCILED"
            })
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void every_mistake_between_nodes_is_caught(Mutation mutation) {
        Optional<String> caught = LongStream.range(1, 2_000)
                .mapToObj(seed -> episode(seed, mutation))
                .flatMap(episode -> violation(episode).stream())
                .findFirst();
        System.out.println(mutation + " caught: " + caught.orElse("not at all"));
        assertThat(caught).isPresent();
    }

    private static Optional<String> violation(ClusterEpisode episode) {
        try {
            episode.run();
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static ClusterEpisode episode(long seed, Mutation mutation) {
        int nodes = (int) Math.floorMod(seed, 3L) + 3;
        int connectors = (int) Math.floorMod(seed / 3, 4L) + 4;
        int slots = Math.floorMod(seed / 7, 3L) == 0 ? 2 : 1;
        boolean releaseOnClose = Math.floorMod(seed / 11, 4L) == 0;
        boolean hasQuorum = Math.floorMod(seed / 2, 3L) != 0;
        boolean partitions = hasQuorum || Math.floorMod(seed / 5, 2L) == 0;
        Setup setup = new Setup(seed, nodes, connectors, slots, Setup.BOUNDED_SKEW, mutation, releaseOnClose);
        return new ClusterEpisode(setup, hasQuorum, partitions);
    }
}
