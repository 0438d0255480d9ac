package io.exchange.connector;

import java.time.Duration;

/** How long to wait before the next attempt: exponential with full jitter, so that a crowd does not come back as one. */
record Backoff(Duration first, Duration most) {

    Backoff {
        if (first.isNegative() || first.isZero() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "backoffFirst, " + first + ", must be positive and not above backoffMost, " + most);
        }
    }

    /**
     * The delay before an attempt.
     *
     * @param failures how many attempts have failed in a row, from 0
     * @param random uniform from 0 to 1
     * @return a part of {@code min(most, first * 2^failures)}, uniform from none to all of it
     */
    Duration delay(int failures, double random) {
        double ceiling = Math.min((double) most.toNanos(), first.toNanos() * Math.pow(2, failures));
        return Duration.ofNanos((long) (ceiling * random));
    }
}
