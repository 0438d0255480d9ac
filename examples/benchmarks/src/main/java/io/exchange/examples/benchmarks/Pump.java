package io.exchange.examples.benchmarks;

/** Keeps a number of commands in flight for the length of a slice. */
interface Pump {

    /** Every so many commands one is timed where many are in flight, for looking at the clock costs too. */
    int TIMED_OF_MANY = 8;

    /** From how many in flight not all are timed. */
    int MANY = 64;

    /** Sends one command. */
    @FunctionalInterface
    interface Sender {
        /**
         * Sends the next command and tells the pump when it has ended, with the time that is given here.
         *
         * @param pump whom to tell
         * @param number counts the commands from 0
         * @param sentAtNanos to be handed back
         */
        void send(Pump pump, long number, long sentAtNanos);
    }

    /**
     * A command has ended.
     *
     * @param sentAtNanos as it was given to the sender
     * @param succeeded whether it succeeded
     */
    void ended(long sentAtNanos, boolean succeeded);

    /** The time to give along with a command: now, or 0 if this one is not timed. */
    static long stamp(long number, int inFlight) {
        return inFlight < MANY || number % TIMED_OF_MANY == 0 ? System.nanoTime() : 0;
    }
}
