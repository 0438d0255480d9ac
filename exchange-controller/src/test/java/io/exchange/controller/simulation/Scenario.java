package io.exchange.controller.simulation;

import java.util.function.Supplier;

/** What processes live in: chance, names, faults. */
interface Scenario {

    Setup setup();

    World world();

    /** The node that a connector gets when it dials. */
    SimNode anyNode();

    String nextId(String kind);

    /** The probability of a fault, none after the faults are over. */
    default double faults(double probability) {
        return world().isCalm() ? 0 : probability;
    }

    default boolean makes(Mutation mistake) {
        return setup().mutation() == mistake;
    }

    default void require(boolean holds, String what) {
        require(holds, () -> what);
    }

    /** For what is asked at each step: nothing is put into words that holds. */
    default void require(boolean holds, Supplier<String> what) {
        if (!holds) {
            throw new AssertionError(what.get() + " at " + world().now() / 1e9 + " s in " + setup());
        }
    }
}
