package io.exchange.controller.cluster;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The wait until nothing holds that a vanished node granted: all nodes that are there refuse to acknowledge it, without a
 * gap, for one lease. Times are nanoseconds of the monotonic clock. Confined to its user.
 *
 * <p>A refusal holds for half a lease from when it was asked for. It counts only if the answer came within a quarter of a
 * lease, and joins the one before only if it was asked for within a quarter after that: so there is no gap between them.
 */
final class Fence {

    /** A hundredth is how far the rates of two clocks may differ. */
    static final long MARGIN = 100;

    /** Since when a node has been refusing, and when it last said so. */
    private record Refusal(long since, long last) {}

    private final Map<String, Refusal> refusals = new HashMap<>();
    private final long leaseNanos;
    private final long began;
    private long wantedAt;

    /** Begins with this node's own refusal. */
    Fence(long leaseNanos, long now) {
        this.leaseNanos = leaseNanos;
        this.began = now;
        this.wantedAt = now;
    }

    /** Somebody still waits for it. */
    void wanted(long now) {
        wantedAt = now;
    }

    boolean isWanted(long now) {
        return now - wantedAt <= 3 * leaseNanos;
    }

    /** How long a refusal holds. */
    static long holdNanos(long leaseNanos) {
        return leaseNanos / 2;
    }

    /** A node said that it refuses. */
    void refused(String nodeId, long askedAt, long now) {
        if (now - askedAt > leaseNanos / 4) {
            return;
        }
        refusals.merge(
                nodeId,
                new Refusal(askedAt, askedAt),
                (before, next) -> next.last - before.last > leaseNanos / 4
                        ? next
                        : new Refusal(before.since, Math.max(before.last, next.last)));
    }

    /** A node said that it acknowledges: what it said before is void. */
    void acknowledged(String nodeId) {
        refusals.remove(nodeId);
    }

    /** Whether all of these have been refusing for one lease, and a little for clocks that differ in rate. */
    boolean isOver(Collection<String> others, long now) {
        long since = began;
        for (String nodeId : others) {
            Refusal refusal = refusals.get(nodeId);
            if (refusal == null || now - refusal.last > leaseNanos / 4) {
                return false;
            }
            since = Math.max(since, refusal.since);
        }
        return now - since >= leaseNanos + leaseNanos / MARGIN;
    }
}
