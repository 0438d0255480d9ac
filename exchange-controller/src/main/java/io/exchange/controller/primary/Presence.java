package io.exchange.controller.primary;

/** Where a session stands in the record, from the least to the most present. */
public enum Presence {
    /** It has ended, or a newer session replaced it; it is in the record only until its slots are released. */
    ENDED,
    /** It has lost its channel, and its grace runs. */
    SUSPENDED,
    /** It said good-bye: it finishes what is in flight, and gets nothing new. */
    LEAVING,
    /** It has a channel. */
    ATTACHED
}
