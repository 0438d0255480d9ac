package io.exchange.controller.cluster.hazelcast;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One object for equal values that many records have, as node ids, roles and labels. Remembers the last value of each
 * hash only, so that what is no longer used goes. Safe for any thread.
 */
final class Shared {

    private static final int SIZE = 2048;

    private final AtomicReferenceArray<Object> values = new AtomicReferenceArray<>(SIZE);

    @SuppressWarnings("unchecked") // equal values of one class
    <T> T of(T value) {
        int hash = value.hashCode();
        int place = (hash ^ (hash >>> 16)) & (SIZE - 1);
        Object known = values.getAcquire(place);
        if (value.equals(known)) {
            return (T) known;
        }
        values.setRelease(place, value);
        return value;
    }
}
