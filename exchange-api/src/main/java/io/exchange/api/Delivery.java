package io.exchange.api;

/** What happens to a command whose channel is lost while it is out. */
public enum Delivery {
    /** It ends at once, {@link Execution#UNKNOWN}. */
    AT_MOST_ONCE,
    /**
     * It waits, within its deadline, until the same session attaches again, and is sent again under the same id: the
     * handler's side answers from memory, joins the running execution, or runs it if it never came. It never runs twice. The
     * memory of a session holds 4 096 replies, 4 MiB and 5 minutes unless set otherwise ({@link ReplyMemory}); what it no
     * longer surely covers ends unknown and is not run. Commands that carry items are not sent again: see {@link StreamCall}.
     */
    RESUME,
    /** It may move to another connector of the target, and so may run more than once. */
    AT_LEAST_ONCE
}
