package io.exchange.controller.cluster.hazelcast;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Writes fields one after the other. What a later version adds goes to the end of a block, where {@link BlockReader} of
 * an earlier one passes over it. Confined to its user.
 */
final class BlockWriter {

    private final Buffer buffer = Buffer.buffer(128);

    BlockWriter int8(int value) {
        buffer.appendByte((byte) value);
        return this;
    }

    BlockWriter int32(int value) {
        buffer.appendInt(value);
        return this;
    }

    BlockWriter int64(long value) {
        buffer.appendLong(value);
        return this;
    }

    BlockWriter bool(boolean value) {
        return int8(value ? 1 : 0);
    }

    BlockWriter string(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    BlockWriter strings(Collection<String> values) {
        int32(values.size());
        values.forEach(this::string);
        return this;
    }

    BlockWriter stringMap(Map<String, String> values) {
        int32(values.size());
        values.forEach((key, value) -> string(key).string(value));
        return this;
    }

    /** Elements that can grow fields of their own, each a block. */
    <T> BlockWriter blocks(Collection<T> elements, BiConsumer<BlockWriter, T> write) {
        int32(elements.size());
        for (T element : elements) {
            BlockWriter block = new BlockWriter();
            write.accept(block, element);
            bytes(block.toBytes());
        }
        return this;
    }

    BlockWriter bytes(byte[] value) {
        buffer.appendInt(value.length).appendBytes(value);
        return this;
    }

    byte[] toBytes() {
        return buffer.getBytes();
    }
}
