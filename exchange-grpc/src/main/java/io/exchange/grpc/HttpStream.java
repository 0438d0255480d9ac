package io.exchange.grpc;

import io.exchange.api.CloseReason;
import io.exchange.api.Credentials;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * The HTTP/2 stream under a connection: what differs between the end that opened it and the end that answers. Confined to
 * the event loop of the connection.
 */
interface HttpStream {

    /** How long the other end may take to end its direction before the stream is reset. */
    long LINGER_MILLIS = 2_000;

    /** Is told what happens on a stream, on the event loop, never from within a call to the stream. */
    interface Listener {
        /** Bytes came. */
        void received(Buffer chunk);

        /** It is no longer {@link HttpStream#isFull() full}. */
        void drained();

        /** The other end has ended its direction, or the stream is gone. Nothing comes any more. */
        void ended(CloseReason reason);
    }

    /** Whom to tell. Nothing is received before {@link #resume}. */
    void listener(Listener listener);

    Credentials peer();

    void resume();

    /** Writes a gRPC message, prefix included. */
    void write(Buffer message);

    boolean isFull();

    /**
     * Ends this direction after what was written. The stream is released when the other end has ended its own, or after
     * {@link #LINGER_MILLIS}, whatever is still to be written.
     */
    void finish();

    /** Completes when the stream holds nothing any more. */
    Future<Void> released();
}
