package io.exchange.controller.primary;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a node may grant and renew: it sends rounds to all members, and each that a quorum acknowledged carries it for
 * one lease from when it was sent. Immutable; times are those of the node's monotonic clock, in nanoseconds.
 *
 * <p>So when a quorum agreed to acknowledge a node no longer, one lease later nothing that it granted holds.
 *
 * @param quorum how many members must acknowledge, the node itself among them; 1 for itself alone
 * @param lease the longest that anything is granted for
 * @param detection a clock that stood still or jumped for longer than this stops the node until it has joined again,
 *     because the others may have given it up
 * @param acknowledged for each other member, when the last round was sent that it acknowledged
 * @param lastTick when the node last looked at its clock
 * @param stopped whether the node must join again first
 */
public record NodeLease(
        int quorum,
        Duration lease,
        Duration detection,
        Map<String, Long> acknowledged,
        long lastTick,
        boolean stopped) {

    private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

    /** Checks. */
    public NodeLease {
        if (quorum < 1 || lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("a quorum is at least 1, a lease positive");
        }
        acknowledged = Map.copyOf(acknowledged);
    }

    /**
     * The lease of a node that is alone, and needs nobody.
     *
     * @param lease the longest that anything is granted for
     * @return a node lease that never ends
     */
    public static NodeLease alone(Duration lease) {
        return new NodeLease(1, lease, NEVER, Map.of(), 0, false);
    }

    /**
     * The lease of a member of a cluster.
     *
     * @param quorum how many of the configured members must acknowledge, itself among them
     * @param lease the longest that anything is granted for
     * @param detection the failure-detection time of the cluster
     * @param now the monotonic clock
     * @return a node lease that begins with the first acknowledged round
     */
    public static NodeLease member(int quorum, Duration lease, Duration detection, long now) {
        return new NodeLease(quorum, lease, detection, Map.of(), now, false);
    }

    /**
     * A member acknowledged a round.
     *
     * @param member its node id
     * @param sentAt when the round was sent
     * @return the lease with it; an older round changes nothing
     */
    public NodeLease acknowledged(String member, long sentAt) {
        Map<String, Long> next = new HashMap<>(acknowledged);
        next.merge(member, sentAt, (a, b) -> a - b >= 0 ? a : b);
        return with(next, lastTick, stopped);
    }

    /**
     * A member has left the view: what it acknowledged no longer counts.
     *
     * @param member its node id
     * @return the lease without it
     */
    public NodeLease without(String member) {
        Map<String, Long> next = new HashMap<>(acknowledged);
        next.remove(member);
        return with(next, lastTick, stopped);
    }

    /**
     * The node looks at its clock, which it does several times within the detection time.
     *
     * @param now the monotonic clock
     * @return the lease, stopped if the clock went too far since the last look
     */
    public NodeLease tick(long now) {
        return with(acknowledged, now, stopped || jumped(now));
    }

    /**
     * The node must join the cluster before it may grant.
     *
     * @return the lease, stopped
     */
    public NodeLease halted() {
        return with(acknowledged, lastTick, true);
    }

    /**
     * The node has joined the cluster again after it was stopped.
     *
     * @param now the monotonic clock
     * @return a lease that begins with the next acknowledged round
     */
    public NodeLease rejoined(long now) {
        return with(Map.of(), now, false);
    }

    /**
     * How long the node may grant and renew from now.
     *
     * @param now the monotonic clock
     * @return nanoseconds, at most the lease; 0 if it may not
     */
    public long grantableNanos(long now) {
        if (stopped || jumped(now)) {
            return 0;
        }
        if (quorum == 1) {
            return lease.toNanos();
        }
        long left = acknowledged.values().stream()
                .map(sentAt -> sentAt + lease.toNanos() - now)
                .sorted((a, b) -> Long.compare(b, a))
                .skip(quorum - 2L)
                .findFirst()
                .orElse(0L);
        return Math.max(0, Math.min(lease.toNanos(), left));
    }

    /**
     * Whether the clock went too far since the last look.
     *
     * @param now the monotonic clock
     * @return whether the others may have given the node up meanwhile
     */
    public boolean jumped(long now) {
        return now - lastTick > detection.toNanos();
    }

    private NodeLease with(Map<String, Long> rounds, long tick, boolean nextStopped) {
        return new NodeLease(quorum, lease, detection, rounds, tick, nextStopped);
    }
}
