package io.exchange.controller.cluster.hazelcast;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads what {@link BlockWriter} wrote. Bytes that are left over are fields of a later version; before a field that an
 * earlier version did not write, ask {@link #hasMore()}. Confined to its user.
 */
final class BlockReader {

    private final ByteBuffer bytes;

    BlockReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    private BlockReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    int int8() {
        return bytes.get();
    }

    int int32() {
        return bytes.getInt();
    }

    long int64() {
        return bytes.getLong();
    }

    boolean bool() {
        return bytes.get() != 0;
    }

    String string() {
        ByteBuffer part = part();
        return new String(part.array(), part.arrayOffset() + part.position(), part.remaining(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        ByteBuffer part = part();
        byte[] copy = new byte[part.remaining()];
        part.get(copy);
        return copy;
    }

    List<String> strings() {
        int size = int32();
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            strings.add(string());
        }
        return strings;
    }

    Map<String, String> stringMap() {
        int size = int32();
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < size; i++) {
            map.put(string(), string());
        }
        return map;
    }

    <T> List<T> blocks(Function<BlockReader, T> read) {
        int size = int32();
        List<T> elements = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            elements.add(read.apply(new BlockReader(part())));
        }
        return elements;
    }

    private ByteBuffer part() {
        int length = bytes.getInt();
        ByteBuffer part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return part;
    }
}
