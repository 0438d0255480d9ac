package io.exchange.connector;

/** Where a connector stands. */
public enum ConnectorState {
    /** Not started yet. */
    NEW,
    /** Opens a connection or shakes hands. */
    CONNECTING,
    /** Has an active channel. */
    ATTACHED,
    /** Waits for its back-off to pass. */
    WAITING,
    /** Lets what is in flight end, and takes nothing new. */
    DRAINING,
    /** Stopped for good: by the application, or because a controller refused it for good. */
    STOPPED
}
