package io.exchange.controller.cluster;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * The doubt of a node that cannot know whether others granted without it: it stood still, so that they may have given it up, or
 * its cluster is being merged into another, or it has just joined nodes that may be in doubt themselves. Then the records that it
 * shares may be behind what is granted. Times are nanoseconds of the monotonic clock. Confined to its user.
 *
 * <p>It is over once all that the node sees acknowledge it, so that each sees it too and none is giving it up, and one of them
 * may elect, so that what they share is what grants are made from. With a quorum the second is not asked for. Where nobody
 * comes who may, as when all stood still, it is over after a while in which nothing changed.
 */
final class Doubt {

    private final boolean needsVoucher;
    private final long patienceNanos;
    private final Set<String> foundThere;
    private final Set<String> acknowledging = new HashSet<>();
    private final Set<String> vouching = new HashSet<>();
    private long since;
    private long hopingSince;

    /**
     * A doubt that begins now, if it is one.
     *
     * @param needsVoucher whether one that may elect is needed
     * @param patienceNanos how long to wait for one
     * @param foundThere the nodes that had joined before this one, which shares its first records with them
     */
    Doubt(boolean needsVoucher, long patienceNanos, Collection<String> foundThere, long now) {
        this.needsVoucher = needsVoucher;
        this.patienceNanos = patienceNanos;
        this.foundThere = new HashSet<>(needsVoucher ? foundThere : Set.of());
        this.since = now;
        this.hopingSince = now;
    }

    /** Whether this node has only just joined others, and lost none of them since: it keeps nothing yet that could be old. */
    boolean isOfNewcomer() {
        return !foundThere.isEmpty();
    }

    /** The node stood still, or its records became others. */
    void begin(long now) {
        foundThere.clear();
        acknowledging.clear();
        vouching.clear();
        since = now;
        hopingSince = now;
    }

    void joined(long now) {
        hopingSince = now;
    }

    void left(String nodeId, long now) {
        foundThere.remove(nodeId);
        acknowledging.remove(nodeId);
        vouching.remove(nodeId);
        hopingSince = now;
    }

    /** What was asked before the doubt began does not count. */
    void acknowledged(String nodeId, long askedAt) {
        if (askedAt - since >= 0) {
            acknowledging.add(nodeId);
        }
    }

    /** A node said whether it may elect. */
    void vouched(String nodeId, boolean yes, long askedAt, long now) {
        if (!yes) {
            vouching.remove(nodeId);
        } else if (askedAt - since >= 0) {
            vouching.add(nodeId);
            hopingSince = now;
        }
    }

    /** Whether a node that was there before this newcomer may elect: they have had the same records ever since. */
    boolean isOverForNewcomer() {
        return !Collections.disjoint(foundThere, vouching);
    }

    boolean isOver(Collection<String> others, long now) {
        if (!acknowledging.containsAll(others)) {
            return false;
        }
        boolean joined = !others.isEmpty() && (!needsVoucher || !Collections.disjoint(others, vouching));
        return joined || now - hopingSince > patienceNanos;
    }

    void end() {
        foundThere.clear();
    }
}
