package io.exchange.examples.cluster;

import java.util.List;

/**
 * What the process of a node is started with.
 *
 * @param node the name of the node
 * @param life which life of it this is; name and life together are the id of the node
 * @param cluster the name of the cluster
 * @param host the address for other nodes
 * @param memberPort the port of Hazelcast
 * @param members where all members of the cluster are, this one among them
 * @param connectorHost the address for connectors
 * @param connectorPort the port for connectors
 * @param times the times of the cluster
 * @param quorum how many nodes must see each other before one of them grants anything
 */
record NodeSettings(
        String node,
        int life,
        String cluster,
        String host,
        int memberPort,
        List<String> members,
        String connectorHost,
        int connectorPort,
        Times times,
        int quorum) {

    NodeSettings {
        members = List.copyOf(members);
    }

    /** The id of the node in this life, with which also the ids of its commands begin. */
    String nodeId() {
        return node + "." + life;
    }

    /**
     * The times of a cluster, in milliseconds.
     *
     * @param heartbeat the time between two heartbeats of a channel, which is dead after four of them
     * @param lease how long a role is held without a renewal
     * @param grace how long a session waits for its connector
     * @param health the time between two health checks of a session
     */
    record Times(long heartbeat, long lease, long grace, long health) {

        /** Short, so that a fault has its consequences soon; long enough for a machine that is busy with other things. */
        static final Times SHORT = new Times(500, 3_000, 15_000, 30_000);

        /** For so many connectors in one process that each waits for its turn. */
        static final Times LONG = new Times(2_000, 10_000, 30_000, 30_000);

        /** Short, with health checks that go on all the time. */
        static final Times WATCHFUL = new Times(500, 3_000, 15_000, 500);
    }
}
