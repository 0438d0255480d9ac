package io.exchange.controller.primary;

/**
 * A moment as a node sees it: everything outside the record that a {@link GrantLedger} needs to decide.
 *
 * @param nanos the node's monotonic clock
 * @param clusterMillis cluster time
 * @param leaseNanos how long the node may grant and renew from now on, {@link NodeLease#grantableNanos}; 0 for not at all
 */
public record Moment(long nanos, long clusterMillis, long leaseNanos) {}
