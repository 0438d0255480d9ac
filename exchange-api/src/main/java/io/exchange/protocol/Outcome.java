package io.exchange.protocol;

import io.exchange.api.ExchangeException;
import io.exchange.api.ReplyError;

/** How a command ended: what a reply frame carries, and what a sender's future is completed with. */
public sealed interface Outcome {

    /**
     * The handler succeeded.
     *
     * @param payload its answer
     */
    record Succeeded(Payload payload) implements Outcome {}

    /**
     * The handler ran and says that it failed.
     *
     * @param error what it says
     */
    record Failed(ReplyError error) implements Outcome {}

    /**
     * There is no answer of a handler.
     *
     * @param cause why, and whether the command may have run
     */
    record Refused(ExchangeException cause) implements Outcome {}

    /**
     * The node does not have the session that the command was to be sent on to, or has it no more. Only between nodes:
     * whoever owns the command looks for the session elsewhere.
     *
     * @param sent whether the session may have got it
     */
    record NotHere(boolean sent) implements Outcome {}
}
