package io.exchange.grpc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a few short names as they come, so that a name that comes again is the same string again: no allocation, and its
 * hash is known. Bounded, whatever comes. Not thread-safe.
 */
final class KnownNames {

    private static final int PLACES = 16;
    private static final int LONGEST = 64;

    private byte @Nullable [] @Nullable [] keys;
    private @Nullable String @Nullable [] names;

    String name(byte[] bytes, int from, int length) {
        if (length == 0) {
            return "";
        }
        if (length > LONGEST) {
            return Utf8.decode(bytes, from, length);
        }
        int place = place(bytes, from, length);
        byte[][] known = keys;
        String[] strings = names;
        if (known == null || strings == null) {
            known = new byte[PLACES][];
            strings = new String[PLACES];
            keys = known;
            names = strings;
        }
        byte[] key = known[place];
        if (key != null && Arrays.equals(key, 0, key.length, bytes, from, from + length)) {
            return strings[place];
        }
        String name = Utf8.decode(bytes, from, length);
        known[place] = Arrays.copyOfRange(bytes, from, from + length);
        strings[place] = name;
        return name;
    }

    private static int place(byte[] bytes, int from, int length) {
        int hash = length;
        hash = 31 * hash + bytes[from];
        hash = 31 * hash + bytes[from + length / 2];
        hash = 31 * hash + bytes[from + length - 1];
        return (hash ^ (hash >>> 4)) & (PLACES - 1);
    }
}
