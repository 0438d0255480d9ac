package io.exchange.api;

import io.vertx.core.Future;

/**
 * Answers the commands of one type.
 *
 * @param <Q> the type of the request
 * @param <A> the type of the answer
 */
@FunctionalInterface
public interface CommandHandler<Q, A> {

    /**
     * Answers one command. Called on the event loop of the channel that brought it, so it must not block; see
     * {@link Exchange#handleBlocking} for one that does.
     *
     * <p>A handler that throws, or whose future fails, harms only its own command: the reply is
     * {@link ReplyStatus#ERROR} with the {@link ReplyError} of a {@link HandlerException}, or
     * {@link ReplyError#HANDLER_FAILED} and the text of the exception, which the caller
     * sees, for any other failure; an {@link ExchangeException} ends the command with its
     * code, unknown, as the handler did run. What a handler answers after the deadline is dropped and counted.
     *
     * @param request the request
     * @param context the rest of the command
     * @return the answer, exactly one; never null
     * @throws Exception like a failed future
     */
    Future<A> handle(Q request, CommandContext context) throws Exception;
}
