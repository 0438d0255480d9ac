package io.exchange.channel;

import io.exchange.api.ExchangeException;
import io.exchange.api.Grant;
import java.util.Optional;

/** Decides whether a command that carries a slot and term may run on this side. Called on the session's loop. */
@FunctionalInterface
public interface Fence {

    /** A fence for a side that knows of no roles: it lets everything pass. */
    Fence OPEN = grant -> Optional.empty();

    /**
     * Looks at the slot and term of a command.
     *
     * @param grant what the command carries
     * @return {@link io.exchange.api.ErrorCode#NOT_PRIMARY} or {@link io.exchange.api.ErrorCode#STALE_TERM} if it must
     *     not run; empty if it may
     */
    Optional<ExchangeException> objection(Grant grant);
}
