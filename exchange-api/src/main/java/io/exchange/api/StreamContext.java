package io.exchange.api;

import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * What a handler knows of a command that carries items.
 *
 * @param <U> the type of the items from the caller
 * @param <D> the type of the items to the caller
 */
public interface StreamContext<U, D> extends CommandContext {

    /**
     * Items from the caller, in order, on the channel's loop. A paused reader stops the writer. Its exception handler is
     * called in place of its end handler if the command is cancelled.
     *
     * @return the stream; items wait, up to the credit, until a handler is set
     * @throws IllegalStateException if the type has no items from the caller
     */
    ReadStream<U> up();

    /**
     * Items to the caller; as {@link StreamCall#up()}. The reply follows after the last item that was written and ends the
     * stream.
     *
     * @return the stream; a write after the answer, or after the command was cancelled, fails
     * @throws IllegalStateException if the type has no items to the caller
     */
    WriteStream<D> down();
}
