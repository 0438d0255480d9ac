package io.exchange.api;

import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Answers the commands of one type on a worker thread.
 *
 * @param <Q> the type of the request
 * @param <A> the type of the answer
 */
@FunctionalInterface
public interface BlockingCommandHandler<Q, A> {

    /**
     * Answers one command. Called on a worker thread, so it may block; several may run at a time.
     *
     * @param request the request
     * @param context the rest of the command
     * @return the answer, never null
     * @throws Exception like a failed future of {@link CommandHandler#handle}
     */
    A handle(Q request, CommandContext context) throws Exception;

    /**
     * This handler as one that does not block. A command that expires or is cancelled while it waits for a thread is not
     * started, and ends as not executed: so it must be all that the command does, not its second half.
     *
     * @param vertx whose worker threads it runs on
     * @return the handler
     */
    default CommandHandler<Q, A> onWorkersOf(Vertx vertx) {
        return (request, context) -> vertx.executeBlocking(
                () -> {
                    if (context.timeLeft().filter(Duration::isZero).isPresent()) {
                        throw context.refusal(ErrorCode.TIMEOUT, "it expired while it waited for a thread");
                    }
                    if (context.isCancelled()) {
                        throw context.refusal(ErrorCode.CANCELLED, "it was cancelled while it waited for a thread");
                    }
                    return handle(request, context);
                },
                false);
    }
}
