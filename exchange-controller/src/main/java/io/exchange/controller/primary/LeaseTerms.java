package io.exchange.controller.primary;

/**
 * What the nodes of a cluster agree on about leases.
 *
 * @param leaseNanos the longest that anything is granted for, the same on all nodes
 * @param settleNanos how long a record that was created anew elects nobody, but for a margin: until each node that may
 *     go on renewing has compared the record with what it told, and one lease more
 * @param releaseOnClose whether the connector steps down with its channel, as both ends must have agreed
 * @param confirms whether a grant is told only when the loss of one node cannot undo it
 */
public record LeaseTerms(long leaseNanos, long settleNanos, boolean releaseOnClose, boolean confirms) {

    /** Checks. */
    public LeaseTerms {
        if (leaseNanos < 1 || settleNanos < leaseNanos) {
            throw new IllegalArgumentException("a lease is positive, and what settles takes no less");
        }
    }

    /**
     * The terms of a node that is alone: whoever renewed what its records do not know has ended.
     *
     * @param leaseNanos the longest that anything is granted for
     * @param releaseOnClose whether the connector steps down with its channel
     * @return the terms
     */
    public static LeaseTerms alone(long leaseNanos, boolean releaseOnClose) {
        return new LeaseTerms(leaseNanos, leaseNanos, releaseOnClose, false);
    }

    /**
     * The terms of a member of a cluster.
     *
     * @param leaseNanos the longest that anything is granted for
     * @param lookNanos how often at least each node compares the records with what it told
     * @param releaseOnClose whether the connector steps down with its channel
     * @return the terms
     */
    public static LeaseTerms member(long leaseNanos, long lookNanos, boolean releaseOnClose) {
        return new LeaseTerms(leaseNanos, leaseNanos + lookNanos, releaseOnClose, true);
    }

    /**
     * The same for one whose records are with it: they are lost with it, and cannot go back.
     *
     * @return the terms, without confirming
     */
    public LeaseTerms withoutConfirming() {
        return new LeaseTerms(leaseNanos, settleNanos, releaseOnClose, false);
    }

    /** A duration on this node's clock that is no shorter on any other. */
    static long surely(long nanos) {
        return nanos + nanos / 100;
    }
}
