package io.exchange.controller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation: {@code -Dsimulation.seed=…} repeats one, {@code -Dsimulation.steps=…} makes it longer. */
class SimulationTest {

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void no_two_connectors_ever_hold_a_slot_and_after_the_faults_all_agree() {
        long seed = Long.getLong("simulation.seed", System.nanoTime());
        long wanted = Long.getLong("simulation.steps", 2_000_000);
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
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void every_mistake_is_caught(Mutation mutation) {
        AtomicLong tried = new AtomicLong();
        boolean caught = LongStream.range(1, 2_000)
                .peek(tried::set)
                .mapToObj(seed -> new Episode(setup(seed, mutation)))
                .anyMatch(SimulationTest::fails);
        System.out.println(mutation + " caught in episode " + tried);
        assertThat(caught).isTrue();
    }

    private static boolean fails(Episode episode) {
        try {
            episode.run();
            return false;
        } catch (AssertionError e) {
            return true;
        }
    }

    private static Setup setup(long seed, Mutation mutation) {
        int nodes = (int) Math.floorMod(seed, 3L) + 1;
        int connectors = (int) Math.floorMod(seed / 3, 4L) + 2;
        int slots = (int) Math.floorMod(seed / 7, 3L) == 0 ? 2 : 1;
        double skew = mutation == Mutation.CLOCKS_TOO_FAR_APART ? 0.05 : Setup.BOUNDED_SKEW;
        return new Setup(seed, nodes, connectors, slots, skew, mutation);
    }
}
