package io.exchange.api;

import io.vertx.core.Future;

/**
 * A command on its way, for callers who want to do more than wait. May be used from any thread.
 *
 * @param <A> the type of the answer
 */
public interface Call<A> {

    /**
     * The id of the command.
     *
     * @return the id, given or generated
     */
    String commandId();

    /**
     * The outcome.
     *
     * @return the reply, on the caller's context or else on a loop of the exchange; fails with an {@link ExchangeException}
     */
    Future<Reply<A>> reply();

    /**
     * Says that nobody waits any more. What has not been started never will be, from when the cancel reaches the handler's
     * side. A handler that runs is told, and may still answer what was done so far: such a reply is the outcome. If it says
     * nothing for two seconds, the outcome is {@link ErrorCode#CANCELLED}, unknown. Does nothing after the end.
     */
    void cancel();
}
