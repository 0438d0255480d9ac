package io.exchange.controller.primary;

import io.exchange.api.Limits;

/**
 * One attach of a session: which session of which connector, by which channel of which node.
 *
 * @param sessionId the session; of two sessions of a connector the one with the greater id is the newer
 * @param connectorId the connector
 * @param number counts the attaches of the session; the highest is the one that is true
 * @param channelId the channel, unique for ever: tells a repeated event from a second hello with the same number
 * @param nodeId the node that holds the channel, one id for each process life
 */
public record Attach(String sessionId, String connectorId, long number, String channelId, String nodeId) {

    /** Checks. */
    public Attach {
        Limits.requireName("session id", sessionId);
        Limits.requireName("connector id", connectorId);
        Limits.requireName("channel id", channelId);
        Limits.requireName("node id", nodeId);
        if (number < 0) {
            throw new IllegalArgumentException("an attach number is not negative, not " + number);
        }
    }
}
