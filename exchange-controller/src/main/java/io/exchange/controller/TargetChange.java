package io.exchange.controller;

import io.exchange.api.Grant;
import java.util.Optional;

/**
 * One thing that changed about a target.
 *
 * @param kind what
 * @param targetId the target
 * @param version the version of the record after it
 * @param connector the connector that it is about; as it was before, if it is gone
 * @param grant the slot that it is about
 */
public record TargetChange(
        Kind kind, String targetId, long version, Optional<Target.Connector> connector, Optional<Grant> grant) {

    /** What changed. */
    public enum Kind {
        /** The first session of the target is there. */
        TARGET_CAME,
        /** A session is there. */
        CONNECTOR_CAME,
        /** A session has another channel. */
        CHANNEL_CAME,
        /** A session has lost its channel, and its grace runs. */
        CHANNEL_LOST,
        /** A session's application is well, or not well, any more. */
        HEALTH_CHANGED,
        /** A slot has a holder. */
        GRANTED,
        /** A slot has lost its holder. */
        RELEASED,
        /** A session is gone, after its grace. */
        CONNECTOR_WENT,
        /** The last session of the target is gone. Told once. */
        TARGET_WENT
    }
}
