package io.exchange.channel;

import io.exchange.transport.ConnectionListener;

/**
 * How much longer than usual a frame was under way: the difference of the two ends' clocks at its arrival, less the
 * smallest such difference seen lately on the connection. A freeze between sending and arrival counts in full. The
 * smallest is taken over the last five to ten minutes, so that clocks of different rates do not add up to a delay.
 *
 * <p>The first frame has nothing to be compared with. If it took longer to come than a handshake usually does, not counting
 * the time in which the controller decided, it may have been under way for all of that, and what comes with it counts as that
 * much older. So a freeze during the handshake is not missed; over a network that took so long without one, commands with
 * little time left may be taken for expired in the first second.
 */
final class DelayMeter {

    private static final long WINDOW_NANOS = 300_000_000_000L;

    private static final long USUAL_HANDSHAKE_NANOS = 500_000_000L;
    private static final long DOUBT_NANOS = 1_000_000_000L;

    private long openedNanos;
    private long windowStart = Long.MIN_VALUE;
    private long smallest = Long.MAX_VALUE;
    private long smallestBefore = Long.MAX_VALUE;

    private long doubtOverNanos;
    private long doubted;

    /**
     * A meter for one connection.
     *
     * @param openedNanos when this end began to wait for the first frame
     */
    DelayMeter(long openedNanos) {
        this.openedNanos = openedNanos;
    }

    /** The sender of the first frame, which comes now, waited for so long before it sent it: that was not on the way. */
    void firstFrameWasHeld(long nanos, long nowNanos) {
        openedNanos += Math.max(0, Math.min(nanos, nowNanos - openedNanos));
    }

    /** Gives the extra delay in nanoseconds, 0 if the sender did not tell its time. */
    long delayNanos(long sentAtNanos, long nowNanos) {
        if (sentAtNanos == ConnectionListener.UNKNOWN_TIME) {
            return 0;
        }
        if (windowStart == Long.MIN_VALUE) {
            windowStart = nowNanos;
            doubtOverNanos = nowNanos + DOUBT_NANOS;
            doubted = nowNanos - sentAtNanos - Math.max(0, nowNanos - openedNanos - USUAL_HANDSHAKE_NANOS);
        } else if (nowNanos - windowStart > WINDOW_NANOS) {
            smallestBefore = smallest;
            smallest = Long.MAX_VALUE;
            windowStart = nowNanos;
        }
        long difference = nowNanos - sentAtNanos;
        smallest = Math.min(smallest, difference);
        long usual = Math.min(smallest, smallestBefore);
        return difference - (nowNanos < doubtOverNanos ? Math.min(usual, doubted) : usual);
    }
}
