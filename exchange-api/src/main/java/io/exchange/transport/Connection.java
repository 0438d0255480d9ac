package io.exchange.transport;

import io.exchange.api.CloseReason;
import io.exchange.api.Credentials;
import io.exchange.protocol.Frame;
import io.vertx.core.Context;

/**
 * The port that every transport implements: an ordered, reliable way for frames between two ends.
 *
 * <p>It is confined to the event loop of its {@link #context()}: every method is called there, and every method of its
 * {@link ConnectionListener} is called there. Frames arrive complete, once, in the order in which they were sent, or the
 * connection is closed.
 */
public interface Connection {

    /**
     * The event-loop context that the connection and all that stands on it are confined to. May be asked from any thread.
     *
     * @return the context
     */
    Context context();

    /**
     * What the transport knows of the other end.
     *
     * @return metadata, verified certificates and address
     */
    Credentials peer();

    /**
     * Starts to deliver. Called once. What came before MUST be held and delivered first; the listener MUST NOT be called
     * from within this method.
     *
     * @param listener who is told of frames and of the end
     */
    void start(ConnectionListener listener);

    /**
     * Sends a frame after all earlier ones. It MUST NOT call the listener from within, MUST NOT wait, and MUST NOT fail:
     * what cannot be sent closes the connection. All frames sent in one turn of the event loop SHOULD leave together. After
     * the end it does nothing.
     *
     * @param frame the frame; its payload is encoded already unless {@link #passesValues()}
     */
    void send(Frame frame);

    /**
     * Whether it takes more without piling up; when it turns true again, {@link ConnectionListener#onWritable()} is
     * called.
     *
     * @return whether to go on sending; frames sent against this advice are kept, not dropped
     */
    boolean isWritable();

    /**
     * Whether payloads are handed over as the values they are, so that nothing needs to be encoded.
     *
     * @return true only inside one JVM
     */
    boolean passesValues();

    /**
     * Ends the connection. Frames sent before SHOULD still leave; nothing is delivered any more except
     * {@link ConnectionListener#onClosed}, which MUST be called once, later, with this reason. The other end is told of
     * {@link CloseReason.Code#CONNECTION_LOST}: what it is to know more is said by a frame before.
     *
     * @param reason why
     */
    void close(CloseReason reason);
}
