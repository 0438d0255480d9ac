package io.exchange.examples.benchmarks;

/** One of those that take turns in a run. */
interface Contender {

    /** What it is called in the output. */
    String name();

    /**
     * Takes a turn.
     *
     * @param millis how long
     * @return what it did
     */
    Slice run(long millis);
}
