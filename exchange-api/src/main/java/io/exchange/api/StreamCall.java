package io.exchange.api;

import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * A command on its way that carries items. Its deadline holds for the whole of it; items do not extend it. Calls with items
 * end {@link ErrorCode#CHANNEL_CLOSED}, unknown, when their channel is lost, unless their delivery is
 * {@link Delivery#AT_LEAST_ONCE} and {@link #onRestart} was used.
 *
 * @param <U> the type of the items to the handler
 * @param <D> the type of the items to the caller
 * @param <A> the type of the answer
 */
public interface StreamCall<U, D, A> extends Call<A> {

    /**
     * Items to the handler. May be written from any thread. What the handler's side has no room for waits, up to a limit:
     * stop at {@link WriteStream#writeQueueFull()} and go on at the drain handler; past the limit, of 256
     * items, a write fails {@link ErrorCode#EXHAUSTED} and its item is not sent. End it, or the handler waits for more.
     *
     * @return the stream; its limit cannot be set. A write fails with what the call ended with after its end,
     *     {@link ErrorCode#INVALID} after the stream's own end, and {@link ErrorCode#TOO_LARGE} for an item above the limit of
     *     the channel, without which the stream goes on
     * @throws IllegalStateException if the type has no items to the handler
     */
    WriteStream<U> up();

    /**
     * Items from the handler, in order, on the caller's context or else on a loop of the exchange. A paused reader stops the
     * writer. Its end handler is called after the last item, its exception handler in place of that if the call ends without
     * a reply.
     *
     * @return the stream; items wait, up to the credit, until a handler is set
     * @throws IllegalStateException if the type has no items to the caller
     */
    ReadStream<D> down();

    /**
     * Declares that the call can start again from nothing on any connector of the target, with delivery
     * {@link Delivery#AT_LEAST_ONCE}: then a lost channel does not end it. With another delivery this changes nothing.
     *
     * @param action called on the session's loop before each new start: items to the caller come from the first again, and
     *     those to the handler must be written from the first again
     */
    void onRestart(Runnable action);
}
