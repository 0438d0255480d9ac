package io.exchange.grpc;

import io.exchange.protocol.Frame;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/**
 * Collects frames into one envelope, and gives it out as one gRPC message with its prefix. Holds no memory while it is
 * empty. Not thread-safe.
 */
final class Cork {

    /** The prefix of a gRPC message: a flag, and its length in four bytes. */
    static final int PREFIX = 5;

    private static final int SENT_AT = PREFIX + 1;
    private static final int HEAD = SENT_AT + Long.BYTES;

    private static final int SMALLEST = 256;
    private static final int BUSY_FROM = 8 << 10;
    private static final int LARGEST = 40 << 10;
    private static final int QUIET = 16;

    private final int maxMessageBytes;
    private final WireOutput out;
    private final FrameWriter writer;
    private int capacity = SMALLEST;
    private int quiet = QUIET;

    Cork(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
        this.out = new WireOutput(maxMessageBytes + PREFIX);
        this.writer = new FrameWriter(out);
    }

    boolean isEmpty() {
        return out.length() == 0;
    }

    /** The bytes of the message so far. */
    int length() {
        return out.length();
    }

    /** Adds a frame, unless that would make the envelope too long: then nothing has changed, and the answer is false. */
    boolean add(Frame frame) {
        if (out.length() == 0) {
            begin();
        }
        int before = out.length();
        boolean fits;
        try {
            writer.write(Tag.ENVELOPE_FRAME, frame);
            fits = out.length() <= maxMessageBytes + PREFIX;
        } catch (WireOutput.OverLimit e) {
            fits = false;
        }
        if (!fits) {
            drop(before);
        }
        return fits;
    }

    private void begin() {
        out.begin(capacity);
        out.skip(HEAD);
        out.setByte(PREFIX, Tag.ENVELOPE_SENT_AT);
    }

    private void drop(int before) {
        if (before == HEAD) {
            out.take();
        } else {
            out.truncate(before);
        }
    }

    /** Takes the message out, which says that it leaves now. */
    Buffer take(long nowNanos) {
        int length = out.length();
        out.setByte(0, 0); // not compressed
        out.setInt(1, length - PREFIX);
        out.setFixed64(SENT_AT, nowNanos);
        quiet = length >= BUSY_FROM ? 0 : Math.min(QUIET, quiet + 1);
        // under load the array is kept and warm; some small messages, as every idle connection sends, let go of it
        boolean keep = quiet < QUIET && length <= LARGEST;
        capacity = keep ? LARGEST : Math.min(LARGEST, Math.max(SMALLEST, length + length / 4));
        return BufferInternal.buffer(Unpooled.wrappedBuffer(keep ? out.copy() : out.take(), 0, length));
    }
}
