package io.exchange.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the fields of protobuf messages from an array. Every length is checked against what is there before anything is
 * made of it. Whatever makes no sense is a {@link MalformedException}. Not thread-safe.
 */
final class WireInput {

    /** The shortest run of bytes that is handed out as a slice of the array it came in, rather than as a copy. */
    private static final int SLICE_FROM = 4096;

    private final KnownNames names = new KnownNames();
    private byte[] bytes = {};
    private int position;
    private int end;

    /** Begins to read a part of an array, which nobody changes from now on. */
    void begin(byte[] source, int from, int to) {
        bytes = source;
        position = from;
        end = to;
    }

    /** Lets go of the array. */
    void release() {
        begin(new byte[0], 0, 0);
    }

    /** The next tag of the message that is being read, 0 at its end. */
    int tag() {
        if (position >= end) {
            return 0;
        }
        byte first = bytes[position];
        if (first > 7) { // of one byte, as nearly all are
            position++;
            return first;
        }
        long tag = varint();
        if (tag >>> 3 == 0 || tag != (int) tag) {
            throw new MalformedException("a field has the number " + (tag >>> 3));
        }
        return (int) tag;
    }

    long varint() {
        if (position < end && bytes[position] >= 0) {
            return bytes[position++];
        }
        return longVarint();
    }

    private long longVarint() {
        byte[] from = bytes;
        int at = position;
        long result = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new MalformedException("a message ends within a number");
            }
            byte next = from[at++];
            result |= (next & 0x7FL) << shift;
            if (next >= 0) {
                position = at;
                return result;
            }
        }
        throw new MalformedException("a number is longer than ten bytes");
    }

    int uint32() {
        return (int) varint();
    }

    boolean bool() {
        return varint() != 0;
    }

    long fixed64() {
        need(Long.BYTES);
        long result = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            result |= (bytes[position + i] & 0xFFL) << (8 * i);
        }
        position += Long.BYTES;
        return result;
    }

    String string() {
        int length = length();
        String text = Utf8.decode(bytes, position, length);
        position += length;
        return text;
    }

    /** A text that comes again and again: one instance each time. */
    String name() {
        int length = length();
        String name = names.name(bytes, position, length);
        position += length;
        return name;
    }

    /**
     * A run of bytes. A long one that makes up most of the array it came in is a slice of it; any other is a copy, so that
     * whoever keeps it does not keep all that came along.
     */
    Buffer bytes() {
        int length = length();
        boolean slice = length >= SLICE_FROM && length >= bytes.length / 2;
        ByteBuf run = slice
                ? Unpooled.wrappedBuffer(bytes, position, length)
                : Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, position, position + length));
        position += length;
        return BufferInternal.buffer(run);
    }

    /** Adds the entry of a map that comes next to what is there already. */
    Map<String, String> entry(Map<String, String> entries) {
        Map<String, String> result = entries.isEmpty() ? new LinkedHashMap<>() : entries;
        int outer = enter();
        String key = "";
        String value = "";
        for (int tag = tag(); tag != 0; tag = tag()) {
            switch (tag) {
                case (1 << 3) | Tag.LENGTH -> key = name();
                case (2 << 3) | Tag.LENGTH -> value = string();
                default -> skip(tag, 2, "a map");
            }
        }
        leave(outer);
        result.put(key, value);
        return result;
    }

    static Map<String, String> complete(Map<String, String> entries) {
        return entries.isEmpty() ? entries : Collections.unmodifiableMap(entries);
    }

    /**
     * Enters a nested message.
     *
     * @return the end of the outer one, for {@link #leave}
     */
    int enter() {
        int length = length();
        int outer = end;
        end = position + length;
        return outer;
    }

    /** Leaves a nested message, read to its end or not. */
    void leave(int outer) {
        position = end;
        end = outer;
    }

    /** Where the message ends that is being read. */
    int end() {
        return end;
    }

    /** Leaves a nested message, and those in it, from wherever reading stopped. */
    void leave(int inner, int outer) {
        position = inner;
        end = outer;
    }

    /**
     * Skips a field that this version does not know.
     *
     * @param lastKnown the last number of the fields that it does know: such a one comes here only if it is written in the
     *     wrong way
     * @param message what is being read, for people
     */
    void skip(int tag, int lastKnown, String message) {
        if (Tag.field(tag) <= lastKnown) {
            throw new MalformedException("field " + Tag.field(tag) + " of " + message + " has wire type " + (tag & 7));
        }
        switch (tag & 7) {
            case Tag.VARINT -> varint();
            case Tag.FIXED64 -> move(Long.BYTES);
            case Tag.LENGTH -> move(length());
            case Tag.FIXED32 -> move(Integer.BYTES);
            default -> throw new MalformedException("a field of " + message + " has wire type " + (tag & 7));
        }
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - position) {
            throw new MalformedException(
                    "a length of " + Long.toUnsignedString(length) + " where " + (end - position) + " bytes are left");
        }
        return (int) length;
    }

    private void move(int count) {
        need(count);
        position += count;
    }

    private void need(int count) {
        if (count > end - position) {
            throw new MalformedException("a message ends within a field");
        }
    }
}
