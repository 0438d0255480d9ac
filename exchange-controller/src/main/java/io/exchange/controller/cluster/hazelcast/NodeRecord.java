package io.exchange.controller.cluster.hazelcast;

import io.exchange.api.Limits;
import java.util.Objects;

/**
 * One process life of a node, as the others know it. Immutable.
 *
 * @param nodeId its id
 * @param memberId the member of Hazelcast that it is now; another one after halves were merged
 * @param endpoint where connectors reach it, empty if it does not say
 * @param startedAt the cluster time at which it joined first
 * @param format the newest form of records, events and link frames that it understands
 * @param settlingUntil the cluster time until when records that are created anew settle first, as this node knows it
 * @param left whether it has left on purpose, though its member may still be there
 */
record NodeRecord(
        String nodeId, String memberId, String endpoint, long startedAt, int format, long settlingUntil, boolean left) {

    /** Checks. */
    NodeRecord {
        Limits.requireName("node id", nodeId);
        Limits.requireName("member id", memberId);
        Objects.requireNonNull(endpoint, "endpoint");
    }

    NodeRecord withMember(String next) {
        return new NodeRecord(nodeId, next, endpoint, startedAt, format, settlingUntil, left);
    }

    NodeRecord withSettlingUntil(long until) {
        return new NodeRecord(nodeId, memberId, endpoint, startedAt, format, Math.max(settlingUntil, until), left);
    }

    NodeRecord withLeft() {
        return new NodeRecord(nodeId, memberId, endpoint, startedAt, format, settlingUntil, true);
    }
}
