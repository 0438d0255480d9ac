package io.exchange.controller;

import io.exchange.api.Grant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the directory says of a target at one moment.
 *
 * @param id the target id
 * @param version the version of the record; of two for one target the greater is the later
 * @param connectors its sessions, each of another connector
 */
public record Target(String id, long version, List<Connector> connectors) {

    /**
     * One session of the target.
     *
     * @param connectorId the connector
     * @param sessionId its session
     * @param nodeId the node that has, or had last, its channel
     * @param channelId that channel
     * @param labels what the connector says of itself
     * @param roles the roles that it can take
     * @param attached whether it has a channel; if not, it is in its grace
     * @param healthy whether its application says that it is well
     * @param grants the slots that it holds
     */
    public record Connector(
            String connectorId,
            String sessionId,
            String nodeId,
            String channelId,
            Map<String, String> labels,
            Set<String> roles,
            boolean attached,
            boolean healthy,
            List<Grant> grants) {}

    /** Copies. */
    public Target {
        connectors = List.copyOf(connectors);
    }
}
