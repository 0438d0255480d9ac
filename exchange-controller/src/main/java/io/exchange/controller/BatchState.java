package io.exchange.controller;

/** Where a batch, or one command of it, stands. */
public enum BatchState {
    /** Kept, so that no single node can lose it; nothing of it has been sent. */
    CREATED,
    /** Of a command: it may have reached its target. Of a batch: some of its commands have been sent, and not all have ended. */
    IN_PROGRESS,
    /** Waits for the time to be tried again. Of a batch: all of its commands that have not ended do. */
    PENDING,
    /** Ended: the handler succeeded. Of a batch: all of them did. */
    SUCCEEDED,
    /** Ended otherwise. Of a batch: at least one of its commands did. */
    ERROR,
    /** Ended before it was done, because somebody wanted it so or too many others had failed. */
    CANCELLED;

    /**
     * Whether nothing comes after it.
     *
     * @return whether it is an end
     */
    public boolean isEnd() {
        return this == SUCCEEDED || this == ERROR || this == CANCELLED;
    }
}
