package io.exchange.controller.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/** Virtual time: what is to happen, in order, and the one source of chance. */
final class World {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    private static final boolean TRACE = Boolean.getBoolean("simulation.trace");
    private static final long MOST_STEPS = 100_000;

    private record Happening(long at, long sequence, SimProcess process, Runnable action) {}

    final Random random;
    private final PriorityQueue<Happening> queue =
            new PriorityQueue<>(Comparator.comparingLong(Happening::at).thenComparingLong(Happening::sequence));
    private final long calmFrom;
    private final Runnable afterEachStep;
    private long now;
    private long sequence;
    private long steps;

    World(long seed, long calmFrom, Runnable afterEachStep) {
        this.calmFrom = calmFrom;
        this.random = new Random(seed);
        this.afterEachStep = afterEachStep;
    }

    /** True time, in nanoseconds, which no process can read. */
    long now() {
        return now;
    }

    /** Tells the story of an episode, with {@code -Dsimulation.trace=true}. */
    void tell(Object... what) {
        if (TRACE) {
            System.out.printf("%.6f %s%n", now / 1e9, Arrays.toString(what));
        }
    }

    boolean isCalm() {
        return now >= calmFrom;
    }

    long steps() {
        return steps;
    }

    /** What a process does; while it is paused it does nothing, and then all of it at once. */
    void at(long when, SimProcess process, Runnable action) {
        queue.add(new Happening(Math.max(when, now), sequence++, process, action));
    }

    void runUntil(long end) {
        while (!queue.isEmpty() && queue.peek().at <= end) {
            Happening next = queue.poll();
            if (next.process.pausedUntil() > next.at) {
                queue.add(new Happening(next.process.pausedUntil(), next.sequence, next.process, next.action));
            } else if (!next.process.isDead()) {
                now = next.at;
                if (++steps > MOST_STEPS) {
                    throw new AssertionError("it runs in circles at " + now / 1e9 + " s");
                }
                next.action.run();
                afterEachStep.run();
            }
        }
        now = end;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Mostly about what is typical; sometimes much more, until the faults are over. */
    long about(long typical) {
        double factor = now < calmFrom && chance(0.05) ? 5 + 20 * random.nextDouble() : 0.2 + 1.6 * random.nextDouble();
        return (long) (typical * factor);
    }

    long between(long low, long high) {
        return low + (long) (random.nextDouble() * (high - low));
    }
}
