package io.exchange.grpc;

import java.time.Duration;

/** Sizes that both sides agree on, and checks of options. */
final class Limits {

    /** The largest payload of 16 MiB, and room for what stands around it. */
    static final int DEFAULT_MAX_MESSAGE_BYTES = 17 << 20;

    /** The largest HTTP/2 frame: an envelope of the usual size comes in one piece and need not be put together. */
    static final int HTTP_FRAME = 64 << 10;

    /** The HTTP/2 window of a stream: the bytes on the way at a time. */
    static final int STREAM_WINDOW = 1 << 20;

    /** The HTTP/2 window of all streams of a connection. */
    static final int CONNECTION_WINDOW = 8 << 20;

    private static final int LEAST_MESSAGE_BYTES = 128 << 10;
    private static final int MOST_MESSAGE_BYTES = 1 << 30;

    private Limits() {}

    static int requireMessageBytes(int bytes) {
        if (bytes < LEAST_MESSAGE_BYTES || bytes > MOST_MESSAGE_BYTES) {
            throw new IllegalArgumentException("a message may have 128 KiB to 1 GiB, not " + bytes + " bytes");
        }
        return bytes;
    }

    static Duration requireMillis(String what, Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(what + " must be at least a millisecond, not " + duration);
        }
        return duration;
    }

    static int requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, not " + value);
        }
        return value;
    }
}
