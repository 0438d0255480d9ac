package io.exchange.channel;

import io.exchange.transport.ConnectionListener;

/**
 * How much longer than usual a frame was under way: the difference of the two ends' clocks at its arrival, less the
 * smallest such difference seen lately on the connection. A freeze between sending and arrival counts in full. The
 * smallest is taken over the last five to ten minutes, so that clocks of different rates do not add up to a delay.
 */
final class DelayMeter {

    private static final long WINDOW_NANOS = 300_000_000_000L;

    private long windowStart = Long.MIN_VALUE;
    private long smallest = Long.MAX_VALUE;
    private long smallestBefore = Long.MAX_VALUE;

    /** Gives the extra delay in nanoseconds, 0 if the sender did not tell its time. */
    long delayNanos(long sentAtNanos, long nowNanos) {
        if (sentAtNanos == ConnectionListener.UNKNOWN_TIME) {
            return 0;
        }
        if (windowStart == Long.MIN_VALUE) {
            windowStart = nowNanos;
        } else if (nowNanos - windowStart > WINDOW_NANOS) {
            smallestBefore = smallest;
            smallest = Long.MAX_VALUE;
            windowStart = nowNanos;
        }
        long difference = nowNanos - sentAtNanos;
        smallest = Math.min(smallest, difference);
        return difference - Math.min(smallest, smallestBefore);
    }
}
