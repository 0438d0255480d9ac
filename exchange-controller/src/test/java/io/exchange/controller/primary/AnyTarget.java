package io.exchange.controller.primary;

/** Any records and events, drawn from a seed, for other packages. */
public final class AnyTarget {

    private AnyTarget() {}

    /** Some record that a history led to. */
    public static TargetRecord record(long seed) {
        return new Histories(seed).some();
    }

    /** Some event. */
    public static TargetEvent event(long seed) {
        Histories histories = new Histories(seed);
        return histories.any(histories.some());
    }
}
