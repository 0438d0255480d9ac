package io.exchange.api;

import io.vertx.core.Future;

/**
 * Answers the commands of one type that carry items.
 *
 * @param <Q> the type of the request
 * @param <U> the type of the items from the caller
 * @param <D> the type of the items to the caller
 * @param <A> the type of the answer
 */
@FunctionalInterface
public interface StreamHandler<Q, U, D, A> {

    /**
     * Answers one command. Called on the channel's event loop; must not block. What it throws or fails with is treated as
     * {@link CommandHandler#handle} says.
     *
     * @param request the request
     * @param context the rest of the command, the streams of its items among it
     * @return the answer, exactly one; never null
     * @throws Exception like a failed future
     */
    Future<A> handle(Q request, StreamContext<U, D> context) throws Exception;
}
