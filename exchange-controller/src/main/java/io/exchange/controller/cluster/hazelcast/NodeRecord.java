package io.exchange.controller.cluster.hazelcast;

import io.exchange.api.Limits;
import io.exchange.controller.cluster.ClusterTerms;
import io.exchange.controller.cluster.ClusterView.Node;
import io.exchange.controller.cluster.NodeAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * One process life of a node, as the others know it. Immutable; only the node itself writes the next one.
 *
 * @param nodeId its id
 * @param memberId the member of Hazelcast that it is now; another one after halves were merged
 * @param address where it can be reached
 * @param startedAt the cluster time at which it joined first
 * @param format the newest form of records, events and link frames that it understands
 * @param revision grows with each change
 * @param settlingUntil the cluster time until when records that are created anew settle first, as this node knows it
 * @param left whether it has left on purpose, though its member may still be there
 * @param draining whether it gives its channels away and takes no new ones
 * @param terms what it relies on to be the same on all nodes; empty of a version that did not say
 */
record NodeRecord(
        String nodeId,
        String memberId,
        NodeAddress address,
        long startedAt,
        int format,
        long revision,
        long settlingUntil,
        boolean left,
        boolean draining,
        Optional<ClusterTerms> terms) {

    /** Checks. */
    NodeRecord {
        Limits.requireName("node id", nodeId);
        Limits.requireName("member id", memberId);
        Objects.requireNonNull(address, "address");
    }

    Node node() {
        return new Node(nodeId, address, startedAt, format, draining);
    }

    NodeRecord withMember(String next) {
        return new NodeRecord(nodeId, next, address, startedAt, format, revision, settlingUntil, left, draining, terms);
    }

    NodeRecord withSettlingUntil(long until) {
        long later = Math.max(settlingUntil, until);
        return new NodeRecord(nodeId, memberId, address, startedAt, format, revision, later, left, draining, terms);
    }

    NodeRecord withLeft() {
        return new NodeRecord(
                nodeId, memberId, address, startedAt, format, revision, settlingUntil, true, draining, terms);
    }

    NodeRecord withDraining() {
        return new NodeRecord(nodeId, memberId, address, startedAt, format, revision, settlingUntil, left, true, terms);
    }

    NodeRecord withNextRevision() {
        return new NodeRecord(
                nodeId, memberId, address, startedAt, format, revision + 1, settlingUntil, left, draining, terms);
    }
}
