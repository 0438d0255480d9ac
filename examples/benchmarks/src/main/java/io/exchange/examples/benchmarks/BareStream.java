package io.exchange.examples.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.Objects;

/**
 * One end of a bare stream of payloads. Unbatched, each payload is a message. Batched, payloads with their lengths are
 * collected and leave as one message at the end of the read handler, else at the end of the turn, and at 32 KiB. Confined to
 * one event loop.
 */
final class BareStream {

    private static final int CORK_BYTES = 32 << 10;
    private static final int LEAST_BYTES = 256;

    private final Context context = Objects.requireNonNull(Vertx.currentContext());
    private final WriteStream<Buffer> out;
    private final boolean batched;
    private final Handler<Void> flush = endOfTurn -> flushAtEndOfTurn();
    private Handler<Buffer> receiver = payload -> {};
    private Buffer cork = Buffer.buffer(LEAST_BYTES);
    private boolean reading;
    private boolean flushScheduled;

    BareStream(WriteStream<Buffer> out, boolean batched) {
        this.out = out;
        this.batched = batched;
    }

    /** Sets what takes each payload. */
    void receiver(Handler<Buffer> newReceiver) {
        receiver = newReceiver;
    }

    void send(Buffer payload) {
        if (!batched) {
            out.write(payload);
            return;
        }
        cork.appendInt(payload.length()).appendBuffer(payload);
        if (cork.length() >= CORK_BYTES) {
            flush();
        } else if (!reading && !flushScheduled) {
            flushScheduled = true;
            context.runOnContext(flush);
        }
    }

    private void flushAtEndOfTurn() {
        flushScheduled = false;
        flush();
    }

    private void flush() {
        int length = cork.length();
        if (length > 0) {
            out.write(cork);
            int capacity = Math.max(LEAST_BYTES, length + length / 4); // what the next one is likely to need
            cork = Buffer.buffer(capacity);
        }
    }

    /** A message came. */
    void received(Buffer message) {
        if (!batched) {
            receiver.handle(message);
            return;
        }
        reading = true;
        int at = 0;
        while (at < message.length()) {
            int start = at + Integer.BYTES;
            at = start + message.getInt(at);
            receiver.handle(message.slice(start, at));
        }
        reading = false;
        flush();
    }
}
