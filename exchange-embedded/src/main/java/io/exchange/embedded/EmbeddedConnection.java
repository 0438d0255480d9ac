package io.exchange.embedded;

import io.exchange.api.CloseReason;
import io.exchange.api.Credentials;
import io.exchange.protocol.Frame;
import io.exchange.transport.Connection;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection whose two ends share an event loop: a frame is handed over by reference and delivered in a later
 * turn of that loop, together with all that was sent in the meantime. Of the end the connector hears first, whoever closed,
 * and the controller in a later turn: so the connector has stepped down when the controller gives away what it held.
 *
 * <p>Confined to the event loop of its context.
 */
final class EmbeddedConnection implements Connection {

    /** The frames waiting in an inbox at which its writer is told to wait. */
    static final int HIGH_WATERMARK = 4096;

    /** The frames still waiting at which the writer is told to go on. */
    static final int LOW_WATERMARK = 1024;

    private enum State {
        /** Frames go both ways. */
        OPEN,
        /** The other end closed: what it sent before is delivered, then the end is told. */
        CLOSED_THERE,
        /** Closed here: nothing is delivered any more but the end. */
        CLOSED_HERE,
        /** The end has been told. */
        TOLD
    }

    private final Context context;
    private final Thread loop;
    private final Credentials peerCredentials;
    private final boolean isConnectors;
    private final ArrayDeque<Frame> inbox = new ArrayDeque<>();
    private final Handler<Void> delivery = ignored -> deliver();
    private final Promise<Void> ended = Promise.promise();

    private State state = State.OPEN;
    private @Nullable EmbeddedConnection peer;
    private @Nullable ConnectionListener listener;
    private @Nullable CloseReason reason;

    /** Whether a frame came since the last delivery: the next one joins its batch. */
    private boolean batchOpen;

    /** When the first frame of the batch was sent; the whole batch counts as sent then. */
    private long batchSentAtNanos;

    /** Whether the connector was told of the end. */
    private boolean connectorHasHeard;

    /** Whether the writer of the inbox was told to wait. */
    private boolean full;

    private EmbeddedConnection(Context context, Credentials peerCredentials, boolean isConnectors) {
        this.context = context;
        this.loop = Thread.currentThread();
        this.peerCredentials = peerCredentials;
        this.isConnectors = isConnectors;
    }

    /** Makes both ends, on the event loop of the context, and returns the connector's. */
    static EmbeddedConnection pair(Context context, Credentials seenByConnector, Credentials seenByController) {
        EmbeddedConnection first = new EmbeddedConnection(context, seenByConnector, true);
        EmbeddedConnection second = new EmbeddedConnection(context, seenByController, false);
        first.peer = second;
        second.peer = first;
        return first;
    }

    EmbeddedConnection peerEnd() {
        EmbeddedConnection end = peer;
        if (end == null) {
            throw new IllegalStateException("half a pair");
        }
        return end;
    }

    /** Completes when this end has nothing more to tell. */
    Future<Void> ended() {
        return ended.future();
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public Credentials peer() {
        return peerCredentials;
    }

    @Override
    public boolean passesValues() {
        return true;
    }

    @Override
    public void start(ConnectionListener told) {
        checkThread();
        if (listener != null) {
            throw new IllegalStateException("the connection was started before");
        }
        listener = told;
        context.runOnContext(delivery);
    }

    @Override
    public void send(Frame frame) {
        checkThread();
        if (state == State.OPEN) {
            peerEnd().take(frame);
        }
    }

    private void take(Frame frame) {
        inbox.add(frame);
        if (!batchOpen) {
            batchOpen = true;
            batchSentAtNanos = System.nanoTime();
            if (listener != null) {
                context.runOnContext(delivery);
            }
        }
        if (!full && inbox.size() >= HIGH_WATERMARK) {
            full = true;
        }
    }

    @Override
    public boolean isWritable() {
        return state == State.OPEN && !peerEnd().full;
    }

    @Override
    public void close(CloseReason why) {
        checkThread();
        if (state == State.CLOSED_HERE || state == State.TOLD) {
            return;
        }
        if (state == State.OPEN) {
            peerEnd()
                    .end(
                            State.CLOSED_THERE,
                            CloseReason.of(CloseReason.Code.CONNECTION_LOST, "the other end closed the connection"));
        }
        inbox.clear();
        end(State.CLOSED_HERE, why);
    }

    private void end(State how, CloseReason why) {
        state = how;
        reason = why;
        if (listener == null) {
            ended.tryComplete();
        } else {
            context.runOnContext(delivery);
        }
    }

    private void deliver() {
        ConnectionListener told = listener;
        if (told == null || state == State.TOLD) {
            return;
        }
        try {
            deliverBatch(told);
        } catch (RuntimeException | Error e) {
            close(CloseReason.of(CloseReason.Code.INTERNAL, "the listener failed: " + e));
            throw e;
        }
        if (inbox.isEmpty() && state != State.OPEN && isItsTurn()) {
            tellEnd(told);
        }
    }

    /** Delivers what is there; what a listener causes to be sent to this end meanwhile has a delivery of its own. */
    private void deliverBatch(ConnectionListener told) {
        batchOpen = false;
        long sentAtNanos = batchSentAtNanos;
        int count = inbox.size();
        if (count == 0) {
            return;
        }
        for (; count > 0; count--) {
            Frame frame = inbox.poll();
            if (frame == null) {
                return; // closed by the listener
            }
            told.onFrame(frame, sentAtNanos);
        }
        if (state != State.CLOSED_HERE) {
            told.onBatchEnd();
        }
        if (full && inbox.size() <= LOW_WATERMARK) {
            full = false;
            peerEnd().writable();
        }
    }

    private void writable() {
        ConnectionListener told = listener;
        if (state == State.OPEN && told != null) {
            told.onWritable();
        }
    }

    /** Whether this is the connector's end, or that has heard in an earlier turn. */
    private boolean isItsTurn() {
        return isConnectors || connectorHasHeard || peerEnd().listener == null;
    }

    private void connectorHasHeard() {
        connectorHasHeard = true;
        deliver();
    }

    private void tellEnd(ConnectionListener told) {
        CloseReason why = reason;
        if (why == null) {
            throw new IllegalStateException("an end without a reason");
        }
        state = State.TOLD;
        ended.tryComplete();
        try {
            told.onClosed(why);
        } finally {
            if (isConnectors) {
                context.runOnContext(ignored -> peerEnd().connectorHasHeard());
            }
        }
    }

    private void checkThread() {
        if (Thread.currentThread() != loop) {
            throw new IllegalStateException("a connection is used on its own event loop only");
        }
    }
}
