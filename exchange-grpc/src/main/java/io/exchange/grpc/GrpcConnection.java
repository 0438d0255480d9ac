package io.exchange.grpc;

import io.exchange.api.CloseReason;
import io.exchange.api.Credentials;
import io.exchange.protocol.Frame;
import io.exchange.transport.Connection;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection over one gRPC stream, for either end of it.
 *
 * <p>Frames are corked: what is sent while something is being read leaves at the end of that read, anything else at the
 * end of the turn of the event loop, and all of it at {@link #FLUSH_AT} bytes. Confined to the event loop of its context;
 * Vert.x calls on duplicates of that context, so it is the thread that is checked.
 */
final class GrpcConnection implements Connection, HttpStream.Listener, MessageAssembler.Sink, FrameReader.Sink {

    /** The length of an envelope, in bytes, at which it leaves without waiting for more. */
    static final int FLUSH_AT = 32 << 10;

    private enum State {
        /** Frames go both ways. */
        OPEN,
        /** The other end or the network ended it; the listener is still to be told. */
        CLOSED_THERE,
        /** Closed here; the listener is still to be told. */
        CLOSED_HERE,
        /** The listener has been told. */
        TOLD
    }

    private final Context context;
    private final Thread loop;
    private final HttpStream stream;
    private final Cork cork;
    private final MessageAssembler assembler;
    private final FrameReader reader = new FrameReader();
    private final Handler<Void> flush = ignored -> flushAtEndOfTurn();
    private final int maxMessageBytes;

    private State state = State.OPEN;
    private @Nullable ConnectionListener listener;
    private @Nullable CloseReason reason;
    private boolean reading;
    private boolean flushScheduled;
    private int framesOfMessage;

    /** Made on the event loop of the context. */
    GrpcConnection(Context context, HttpStream stream, int maxMessageBytes) {
        this.context = context;
        this.loop = Thread.currentThread();
        this.stream = stream;
        this.maxMessageBytes = maxMessageBytes;
        this.cork = new Cork(maxMessageBytes);
        this.assembler = new MessageAssembler(maxMessageBytes, this);
        stream.listener(this);
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public Credentials peer() {
        return stream.peer();
    }

    @Override
    public boolean passesValues() {
        return false;
    }

    @Override
    public void start(ConnectionListener told) {
        checkThread();
        if (listener != null) {
            throw new IllegalStateException("the connection was started before");
        }
        listener = told;
        context.runOnContext(ignored -> {
            if (state == State.OPEN) {
                stream.resume();
            } else {
                tellEnd();
            }
        });
    }

    boolean isStarted() {
        return listener != null;
    }

    @Override
    public void send(Frame frame) {
        checkThread();
        if (state != State.OPEN) {
            return;
        }
        if (!add(frame)) {
            close(CloseReason.of(
                    CloseReason.Code.INTERNAL,
                    "a frame is longer than the " + maxMessageBytes + " bytes that a message may have"));
        } else if (cork.length() >= FLUSH_AT) {
            flush();
        } else if (!reading && !flushScheduled) {
            flushScheduled = true;
            context.runOnContext(flush);
        }
    }

    /** Adds a frame to the envelope, or to the next one if this has too little room left. */
    private boolean add(Frame frame) {
        if (cork.add(frame)) {
            return true;
        }
        flush();
        return cork.add(frame);
    }

    private void flushAtEndOfTurn() {
        flushScheduled = false;
        if (state == State.OPEN) {
            flush();
        }
    }

    private void flush() {
        if (!cork.isEmpty()) {
            stream.write(cork.take(System.nanoTime()));
        }
    }

    @Override
    public boolean isWritable() {
        return state == State.OPEN && !stream.isFull();
    }

    @Override
    public void close(CloseReason why) {
        checkThread();
        if (state == State.OPEN) {
            flush();
            stream.finish();
        } else if (state != State.CLOSED_THERE) {
            return;
        }
        end(State.CLOSED_HERE, why);
    }

    @Override
    public void ended(CloseReason why) {
        if (state == State.OPEN) {
            stream.finish();
            end(State.CLOSED_THERE, why);
        }
    }

    private void end(State how, CloseReason why) {
        state = how;
        reason = why;
        if (listener != null) {
            context.runOnContext(ignored -> tellEnd());
        }
    }

    private void tellEnd() {
        ConnectionListener told = listener;
        CloseReason why = reason;
        if (state != State.TOLD && told != null && why != null) {
            state = State.TOLD;
            told.onClosed(why);
        }
    }

    @Override
    public void drained() {
        ConnectionListener told = listener;
        if (state == State.OPEN && told != null) {
            told.onWritable();
        }
    }

    @Override
    public void received(Buffer chunk) {
        if (state != State.OPEN) {
            return;
        }
        reading = true;
        try {
            assembler.add(chunk);
        } catch (RuntimeException | Error e) {
            close(CloseReason.of(CloseReason.Code.INTERNAL, "the listener failed: " + e));
            throw e;
        } finally {
            reading = false;
        }
        if (state == State.OPEN) {
            flush();
        }
    }

    @Override
    public void message(byte[] bytes, int from, int to) {
        framesOfMessage = 0;
        if (state == State.OPEN) {
            reader.read(bytes, from, to, this);
        }
        ConnectionListener told = listener;
        if (state == State.OPEN && framesOfMessage > 0 && told != null) {
            told.onBatchEnd();
        }
    }

    @Override
    public void broken(String what) {
        take(new Frame.Malformed(what), ConnectionListener.UNKNOWN_TIME);
    }

    @Override
    public boolean take(Frame frame, long sentAtNanos) {
        ConnectionListener told = listener;
        if (state == State.OPEN && told != null) {
            framesOfMessage++;
            told.onFrame(frame, sentAtNanos);
        }
        return state == State.OPEN;
    }

    private void checkThread() {
        if (Thread.currentThread() != loop) {
            throw new IllegalStateException("a connection is used on its own event loop only");
        }
    }
}
