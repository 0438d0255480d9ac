package io.exchange.embedded;

import java.util.Random;

/** Chance that can be had again: the seed is printed, and taken from the property {@code exchange.seed} if that is set. */
public final class Seed {

    private Seed() {}

    /** A source of chance whose seed is printed. */
    public static Random random() {
        long seed = Long.getLong("exchange.seed", System.nanoTime());
        System.out.println("chance from -Dexchange.seed=" + seed);
        return new Random(seed);
    }
}
