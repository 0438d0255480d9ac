package io.exchange.controller.primary;

import io.exchange.api.CloseReason;

/** What became of an event. */
public sealed interface Verdict {

    /**
     * The event counts, even if it changed nothing.
     *
     * @param before the record as it was
     * @param record the record as it is now; the same object if nothing changed
     */
    record Accepted(TargetRecord before, TargetRecord record) implements Verdict {

        /**
         * Whether the record is another one now.
         *
         * @return whether there is something to store and to tell
         */
        public boolean changed() {
            return before.version() != record.version();
        }
    }

    /**
     * The event does not count, and the record is as it was. Only attaches are refused.
     *
     * @param reason what to tell the connector: SUPERSEDED, REPLACED or INVALID
     */
    record Refused(CloseReason reason) implements Verdict {}
}
