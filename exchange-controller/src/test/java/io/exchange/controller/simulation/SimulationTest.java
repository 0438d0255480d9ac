package io.exchange.controller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation: {@code -Dsimulation.seed=…} repeats one, {@code -Dsimulation.steps=…} makes it longer. */
class SimulationTest {

    private static final List<String> MUST_HAPPEN = List.of(
            "LeaseOver",
            "Leaving",
            "MoveRequested",
            "NodeLeaseOver",
            "Released",
            "RolesChanged",
            "Settled",
            "adopted from a connector or node",
            "kept across an attach",
            "refused REPLACED",
            "refused SUPERSEDED");

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void no_two_connectors_ever_hold_a_slot_and_after_the_faults_all_agree() {
        long seed = Long.getLong("simulation.seed", System.nanoTime());
        long wanted = Long.getLong("simulation.steps", 1_000_000);
        System.out.println("simulation.seed=" + seed);
        Tally tally = new Tally(new World(0, 0, () -> {}));
        long begun = System.nanoTime();
        long steps = 0;
        long episodes = 0;
        while (steps < wanted) {
            Episode episode = new Episode(setup(seed + episodes, Mutation.NONE));
            steps += episode.run();
            tally.add(episode.tally());
            episodes++;
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf("%d episodes, %d steps, %.0f steps/s, %s%n", episodes, steps, steps / seconds, tally);
        assertThat(steps).isGreaterThanOrEqualTo(wanted);
        for (String what : MUST_HAPPEN) {
            assertThat(tally.of(what)).as(what).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "NONE",
                "MERGE_DROPS_A_TENURE",
                "FENCE_DOES_NOT_WAIT",
                "SETTLING_SKIPPED",
                "TOLD_BEFORE_IT_IS_SURE",
                "THAWED_NODE_RENEWS",
                "NEVER_RECONCILED"
            })
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void every_mistake_is_caught_by_what_it_does_to_the_holders(Mutation mutation) {
        Optional<String> caught = LongStream.range(1, 5_000)
                .mapToObj(seed -> new Episode(setup(seed, mutation)))
                .flatMap(episode -> violation(episode).stream())
                .filter(SimulationTest::isUnsafe)
                .findFirst();
        System.out.println(mutation + " caught: " + caught.orElse("not at all"));
        assertThat(caught).isPresent();
    }

    private static Optional<String> violation(Episode episode) {
        try {
            episode.run();
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isUnsafe(String violation) {
        return violation.startsWith("two hold") || violation.startsWith("one term") || violation.contains(" saw ");
    }

    private static Setup setup(long seed, Mutation mutation) {
        int nodes = (int) Math.floorMod(seed, 3L) + 1;
        int connectors = (int) Math.floorMod(seed / 3, 4L) + 2;
        int slots = (int) Math.floorMod(seed / 7, 3L) == 0 ? 2 : 1;
        double skew = mutation == Mutation.CLOCKS_TOO_FAR_APART ? 0.05 : Setup.BOUNDED_SKEW;
        boolean releaseOnClose = Math.floorMod(seed / 11, 4L) == 0;
        return new Setup(seed, nodes, connectors, slots, skew, mutation, releaseOnClose);
    }
}
