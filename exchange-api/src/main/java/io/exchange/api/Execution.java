package io.exchange.api;

/** What a sender knows of a command that ended without a reply. */
public enum Execution {
    /** The handler was not started and never will be: sending again cannot make it run twice. */
    NOT_EXECUTED,
    /** The handler may have run, in part or whole: sending again is safe only for commands that may run twice. */
    UNKNOWN
}
