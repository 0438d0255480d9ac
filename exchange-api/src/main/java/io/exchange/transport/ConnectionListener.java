package io.exchange.transport;

import io.exchange.api.CloseReason;
import io.exchange.protocol.Frame;

/** Is told what happens on a connection, on the connection's event loop. */
public interface ConnectionListener {

    /** The time of sending of a frame whose sender did not tell. */
    long UNKNOWN_TIME = Long.MIN_VALUE;

    /**
     * A frame came.
     *
     * @param frame the frame
     * @param sentAtNanos when it left, on the sender's monotonic clock, whose origin is its own; {@link #UNKNOWN_TIME} if
     *     the sender did not tell
     */
    void onFrame(Frame frame, long sentAtNanos);

    /** All frames that had come together have been delivered: the moment to answer several at once. */
    default void onBatchEnd() {}

    /** The connection can take more again. */
    default void onWritable() {}

    /**
     * The connection has ended; nothing else will be told. Called exactly once for every started connection.
     *
     * @param reason the reason given to {@link Connection#close}, or {@link CloseReason.Code#CONNECTION_LOST} if the
     *     other end or the network closed it
     */
    void onClosed(CloseReason reason);
}
