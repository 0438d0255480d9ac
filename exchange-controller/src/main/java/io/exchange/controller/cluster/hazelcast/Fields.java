package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.nio.serialization.FieldKind;
import com.hazelcast.nio.serialization.compact.CompactReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of a compact record, where one that its writer did not know reads as empty. Confined to its user. */
final class Fields {

    private static final String[] NO_STRINGS = {};
    private static final long[] NO_LONGS = {};
    private static final boolean[] NO_BOOLEANS = {};

    private final CompactReader in;

    Fields(CompactReader in) {
        this.in = in;
    }

    int int32(String name, int otherwise) {
        return in.getFieldKind(name) == FieldKind.INT32 ? in.readInt32(name) : otherwise;
    }

    long int64(String name) {
        return in.getFieldKind(name) == FieldKind.INT64 ? in.readInt64(name) : 0;
    }

    boolean bool(String name, boolean otherwise) {
        return in.getFieldKind(name) == FieldKind.BOOLEAN ? in.readBoolean(name) : otherwise;
    }

    String string(String name) {
        String value = optionalString(name);
        return value == null ? "" : value;
    }

    @Nullable
    String optionalString(String name) {
        return in.getFieldKind(name) == FieldKind.STRING ? in.readString(name) : null;
    }

    String[] strings(String name) {
        String[] values = in.getFieldKind(name) == FieldKind.ARRAY_OF_STRING ? in.readArrayOfString(name) : null;
        return values == null ? NO_STRINGS : values;
    }

    Set<String> stringSet(String name) {
        String[] values = strings(name);
        return switch (values.length) { // records are read at every change on every node, and most have one role or
            // none
            case 0 -> Set.of();
            case 1 -> Set.of(values[0]);
            default -> new HashSet<>(Arrays.asList(values));
        };
    }

    Map<String, String> stringMap(String keysName, String valuesName) {
        String[] keys = strings(keysName);
        if (keys.length == 0) {
            return Map.of();
        }
        String[] values = strings(valuesName);
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < Math.min(keys.length, values.length); i++) {
            map.put(keys[i], values[i]);
        }
        return map;
    }

    long[] int64s(String name) {
        long[] values = in.getFieldKind(name) == FieldKind.ARRAY_OF_INT64 ? in.readArrayOfInt64(name) : null;
        return values == null ? NO_LONGS : values;
    }

    boolean[] bools(String name) {
        boolean[] values = in.getFieldKind(name) == FieldKind.ARRAY_OF_BOOLEAN ? in.readArrayOfBoolean(name) : null;
        return values == null ? NO_BOOLEANS : values;
    }

    <T> List<T> compacts(String name, Class<T> type) {
        T[] values = in.getFieldKind(name) == FieldKind.ARRAY_OF_COMPACT ? in.readArrayOfCompact(name, type) : null;
        return values == null ? List.of() : List.of(values);
    }
}
