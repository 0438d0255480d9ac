package io.exchange.controller;

import java.time.Duration;

/**
 * How often a command of a batch is tried, and how long to wait in between: a time drawn evenly from zero to a bound that
 * doubles with each try (<a href="https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/">full
 * jitter</a>), or longer where the limit that was hit says so.
 *
 * <p>Tried again is a command that was not executed, unless its code says that this would not help (INVALID, TOO_LARGE,
 * UNKNOWN_COMMAND, FORBIDDEN, UNAUTHENTICATED, CANCELLED), and one whose handler answered ERROR or threw: that handler runs again.
 * Take {@link #NONE} for commands that must not. After an unknown outcome the session that may have run it is asked again, which counts
 * as a try and runs nothing twice.
 *
 * @param maxTries how often at the most, the first time included; the loss of the node that ran the batch does not count
 * @param firstBound the bound of the first wait
 * @param lastBound the bound that no wait goes beyond
 */
public record RetryPolicy(int maxTries, Duration firstBound, Duration lastBound) {

    /** Five tries, waits of up to 1 s, 2 s, 4 s and 8 s. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofMinutes(1));

    /** One try. */
    public static final RetryPolicy NONE = DEFAULT.withMaxTries(1);

    private static final int MOST_DOUBLINGS = 30;

    /** Checks. */
    public RetryPolicy {
        if (maxTries < 1) {
            throw new IllegalArgumentException("a command is tried once at least, not " + maxTries + " times");
        }
        if (firstBound.isNegative() || firstBound.isZero() || lastBound.compareTo(firstBound) < 0) {
            throw new IllegalArgumentException("waits are positive and the last bound is not below the first, not "
                    + firstBound + " and " + lastBound);
        }
    }

    /**
     * The same policy with another number of tries.
     *
     * @param tries how often at the most, {@link Integer#MAX_VALUE} for as often as the deadline of the batch allows
     * @return the copy
     */
    public RetryPolicy withMaxTries(int tries) {
        return new RetryPolicy(tries, firstBound, lastBound);
    }

    /**
     * How long to wait after a number of tries. Pure.
     *
     * @param tries how many there were, 1 or more
     * @param chance evenly from 0, included, to 1
     * @return the wait
     */
    public Duration delay(int tries, double chance) {
        double doubled = (double) firstBound.toNanos() * (1L << Math.min(tries - 1, MOST_DOUBLINGS));
        return Duration.ofNanos((long) (Math.min(doubled, (double) lastBound.toNanos()) * chance));
    }
}
