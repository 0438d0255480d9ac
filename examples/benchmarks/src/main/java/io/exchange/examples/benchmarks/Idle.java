package io.exchange.examples.benchmarks;

import java.util.function.Supplier;

/** What processes use while nothing is asked of them. */
final class Idle {

    private Idle() {}

    /** How many processor cores they keep busy, on the average of so many seconds. */
    static double cores(Supplier<Usage> usage, double seconds) throws InterruptedException {
        Usage before = usage.get();
        long began = System.nanoTime();
        Thread.sleep(Math.round(seconds * 1000));
        long used = usage.get().minus(before).cpuNanos();
        return (double) used / (System.nanoTime() - began);
    }
}
