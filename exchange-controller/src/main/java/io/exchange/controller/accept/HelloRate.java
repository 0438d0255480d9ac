package io.exchange.controller.accept;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the hellos of a second, whoever they come from: a token bucket (one word, so that any thread can take). */
final class HelloRate {

    private static final long SECOND = 1_000_000_000L;

    private final long nanosEach;
    private final AtomicLong paidUntil = new AtomicLong(Long.MIN_VALUE);

    HelloRate(int perSecond) {
        nanosEach = Math.max(1, SECOND / perSecond);
    }

    /** Whether one more is within the bound; a second's worth may come at once. */
    boolean tryTake(long nowNanos) {
        long before = paidUntil.get();
        while (true) {
            long start = before == Long.MIN_VALUE ? nowNanos - SECOND : Math.max(before, nowNanos - SECOND);
            if (start + nanosEach > nowNanos) {
                return false;
            }
            if (paidUntil.compareAndSet(before, start + nanosEach)) {
                return true;
            }
            before = paidUntil.get();
        }
    }
}
