package io.exchange.grpc;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;

/**
 * Cuts the bytes of a stream into the messages that gRPC put there, each with a prefix of a flag and a length. A length
 * over the limit is refused before anything is allocated for it, and one below it costs memory only as its bytes come.
 * Not thread-safe.
 */
final class MessageAssembler {

    /** Takes what was cut. */
    interface Sink {
        /** Takes a message, from one index of an array to another; the array is not changed afterwards. */
        void message(byte[] bytes, int from, int to);

        /** The stream makes no sense from here on; nothing more will come. */
        void broken(String what);
    }

    private static final int FIRST_ALLOCATION = 64 << 10;
    private static final byte[] NONE = {};

    private final int maxMessageBytes;
    private final Sink sink;

    /** A prefix, or a message after its prefix, of which only a part came so far. */
    private byte[] part = NONE;

    private int partLength;
    private int messageLength = -1;
    private boolean broken;

    MessageAssembler(int maxMessageBytes, Sink sink) {
        this.maxMessageBytes = maxMessageBytes;
        this.sink = sink;
    }

    void add(Buffer chunk) {
        ByteBuf bytes = ((BufferInternal) chunk).getByteBuf();
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset();
            add(bytes.array(), from, from + chunk.length());
        } else {
            add(chunk.getBytes(), 0, chunk.length());
        }
    }

    private void add(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && !broken) {
            if (partLength > 0 || messageLength >= 0) {
                at = complete(bytes, at, to);
            } else {
                at = cut(bytes, at, to);
            }
        }
    }

    /** Where nothing is left over: a message that is there whole is handed on as it lies. */
    private int cut(byte[] bytes, int from, int to) {
        if (to - from < Cork.PREFIX) {
            return keep(bytes, from, to, Cork.PREFIX);
        }
        int length = length(bytes, from);
        int start = from + Cork.PREFIX;
        if (broken) {
            return to;
        }
        if (length <= to - start) {
            sink.message(bytes, start, start + length);
            return start + length;
        }
        messageLength = length;
        return keep(bytes, start, to, length);
    }

    /** Where a part is left over: more of it comes. */
    private int complete(byte[] bytes, int from, int to) {
        int wanted = messageLength < 0 ? Cork.PREFIX : messageLength;
        int count = Math.min(to - from, wanted - partLength);
        int next = keep(bytes, from, from + count, wanted);
        if (partLength == wanted) {
            if (messageLength < 0) {
                messageLength = length(part, 0);
                partLength = 0;
                part = NONE;
            }
            if (messageLength == partLength && !broken) {
                hand();
            }
        }
        return next;
    }

    private void hand() {
        byte[] message = part;
        int length = partLength;
        part = NONE;
        partLength = 0;
        messageLength = -1;
        sink.message(message, 0, length);
    }

    private int keep(byte[] bytes, int from, int to, int wanted) {
        int count = to - from;
        int needed = partLength + count;
        if (needed > part.length) {
            int capacity = Math.max(needed, Math.min(wanted, Math.max(FIRST_ALLOCATION, 2 * part.length)));
            part = Arrays.copyOf(part, capacity);
        }
        System.arraycopy(bytes, from, part, partLength, count);
        partLength = needed;
        return to;
    }

    private int length(byte[] bytes, int at) {
        long length = 0;
        for (int i = 1; i < Cork.PREFIX; i++) {
            length = (length << 8) | (bytes[at + i] & 0xFF);
        }
        if (bytes[at] != 0) {
            refuse(bytes[at] == 1 ? "a message is compressed" : "a message has the flag " + bytes[at]);
        } else if (length > maxMessageBytes) {
            refuse("a message of " + length + " bytes is over the limit of " + maxMessageBytes);
        }
        return (int) length;
    }

    private void refuse(String what) {
        broken = true;
        part = NONE;
        sink.broken(what);
    }
}
