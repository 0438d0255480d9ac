package io.exchange.controller.primary;

/** Where the attach of a {@link GrantLedger} stands on its node. */
enum LedgerPhase {
    /** There is a channel. */
    OPEN,
    /** There is, but the connector said good-bye. */
    LEAVING,
    /** The channel is gone, the session waits. */
    LOST,
    /** The session has ended. */
    ENDED,
    /** A newer attach answers for the session. */
    SUPERSEDED;

    /** Whether frames can be sent. */
    boolean isOpen() {
        return this == OPEN || this == LEAVING;
    }
}
