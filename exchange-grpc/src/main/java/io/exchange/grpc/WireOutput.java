package io.exchange.grpc;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes the fields of protobuf messages into an array that grows up to a limit. Fields with the value that their absence
 * stands for are left out, so what is written is what protobuf itself would write.
 *
 * <p>The length of a nested message comes before the message and is not known before it is written: room for it is left
 * by a guess ({@link #open}), and what was written is moved where the guess was wrong ({@link #close}). Not thread-safe.
 */
final class WireOutput {

    /** Thrown where the limit would be passed; it carries no stack trace. */
    static final class OverLimit extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private OverLimit() {
            super(null, null, false, false);
        }
    }

    private static final byte[] EMPTY = {};
    private static final int VARINT_MAX = 10;

    /** As many characters take less than 128 bytes, whatever they are: a length of one byte. */
    private static final int SHORT_TEXT = 42;

    private final int limit;
    private byte[] bytes = EMPTY;
    private int length;

    WireOutput(int limit) {
        this.limit = limit;
    }

    int length() {
        return length;
    }

    /** Takes the array away, with at least {@link #length()} bytes in it; the next write begins a new one. */
    byte[] take() {
        byte[] taken = bytes;
        bytes = EMPTY;
        length = 0;
        return taken;
    }

    /** Copies what was written; the next write goes over it. */
    byte[] copy() {
        byte[] copy = Arrays.copyOf(bytes, length);
        length = 0;
        return copy;
    }

    /** Begins, in the array that is left or a new one of the size that is expected to do. */
    void begin(int capacity) {
        if (bytes.length < capacity) {
            bytes = new byte[Math.min(capacity, limit)];
        }
        length = 0;
    }

    /** Forgets what was written after a place. */
    void truncate(int place) {
        length = place;
    }

    /** Leaves room that the caller fills in later. */
    void skip(int count) {
        ensure(count);
        length += count;
    }

    void int64(int tag, long value) {
        if (value != 0) {
            presentInt64(tag, value);
        }
    }

    /** A field that is present even if it has the default value. */
    void presentInt64(int tag, long value) {
        ensure(2 * VARINT_MAX);
        putVarint(tag);
        putVarint(value);
    }

    /** As protobuf writes it: an int below zero takes five bytes, not ten. */
    void uint32(int tag, int value) {
        int64(tag, value & 0xFFFFFFFFL);
    }

    void bool(int tag, boolean value) {
        if (value) {
            int64(tag, 1);
        }
    }

    void string(int tag, String value) {
        if (!value.isEmpty()) {
            presentString(tag, value);
        }
    }

    void presentString(int tag, String value) {
        int chars = value.length();
        ensure(2 * VARINT_MAX + 3L * chars);
        if (chars <= SHORT_TEXT && tag < 1 << 7) {
            bytes[length] = (byte) tag;
            int start = length + 2;
            length = encode(value, start);
            bytes[start - 1] = (byte) (length - start);
        } else {
            int start = open(tag, chars);
            length = encode(value, start);
            close(start, chars);
        }
    }

    /** Writes the characters, for which there is room, and tells where they end. */
    private int encode(String value, int start) {
        byte[] to = bytes;
        int chars = value.length();
        for (int i = 0; i < chars; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                return Utf8.encode(value, i, to, start + i);
            }
            to[start + i] = (byte) c;
        }
        return start + chars;
    }

    void bytes(int tag, Buffer value) {
        if (value.length() != 0) {
            presentBytes(tag, value);
        }
    }

    void presentBytes(int tag, Buffer value) {
        int count = value.length();
        ensure(2L * VARINT_MAX + count);
        putVarint(tag);
        putVarint(count);
        value.getBytes(0, count, bytes, length);
        length += count;
    }

    void strings(int tag, Iterable<String> values) {
        for (String value : values) {
            presentString(tag, value);
        }
    }

    /** A map, each entry of which is a message with the key as field 1 and the value as field 2. */
    void map(int tag, Map<String, String> map) {
        if (!map.isEmpty()) {
            map.forEach((key, value) -> {
                int start = open(tag, 0);
                presentString((1 << 3) | Tag.LENGTH, key);
                presentString((2 << 3) | Tag.LENGTH, value);
                close(start, 0);
            });
        }
    }

    /**
     * Begins a nested message.
     *
     * @param tag its field
     * @param expected a guess of its length
     * @return where it starts, for {@link #close}
     */
    int open(int tag, int expected) {
        ensure(2 * VARINT_MAX);
        putVarint(tag);
        length += widthOf(expected);
        return length;
    }

    /** Ends the nested message that started there; the guess is the one that was given before. */
    void close(int start, int expected) {
        int actual = length - start;
        int guessed = widthOf(expected);
        int width = widthOf(actual);
        if (width != guessed) {
            ensure(VARINT_MAX);
            System.arraycopy(bytes, start, bytes, start + width - guessed, actual);
        }
        length = start - guessed;
        putVarint(actual);
        length += actual;
    }

    /** Writes eight bytes, the lowest first, over what is at a place. */
    void setFixed64(int place, long value) {
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[place + i] = (byte) (value >>> (8 * i));
        }
    }

    /** Writes four bytes, the highest first, over what is at a place. */
    void setInt(int place, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[place + i] = (byte) (value >>> (24 - 8 * i));
        }
    }

    void setByte(int place, int value) {
        bytes[place] = (byte) value;
    }

    private void putVarint(long value) {
        byte[] to = bytes;
        int at = length;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            to[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[at++] = (byte) rest;
        length = at;
    }

    private static int widthOf(int length) {
        return length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : length < 1 << 28 ? 4 : 5;
    }

    private void ensure(long more) {
        long needed = length + more;
        if (needed > bytes.length) {
            grow(needed);
        }
    }

    private void grow(long needed) {
        if (needed > limit + 1024L) { // room for what turns out shorter than it might have been
            throw new OverLimit();
        }
        bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, limit)));
    }
}
