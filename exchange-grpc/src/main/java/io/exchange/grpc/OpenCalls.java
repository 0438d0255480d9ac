package io.exchange.grpc;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts what strangers have open, and says where it is enough. May be used from any thread. */
final class OpenCalls {

    /** HTTP/2 connections beyond those of channels, for health checks. */
    private static final int SPARE_CONNECTIONS = 64;

    private final int maxCalls;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    OpenCalls(int maxCalls) {
        this.maxCalls = maxCalls;
    }

    /** Counts a call in, unless there are too many; each that was counted in is counted {@link #leave out} once. */
    boolean enter() {
        return enter(calls, maxCalls);
    }

    void leave() {
        calls.decrementAndGet();
    }

    boolean connect() {
        return enter(connections, maxCalls + SPARE_CONNECTIONS);
    }

    void disconnect() {
        connections.decrementAndGet();
    }

    private static boolean enter(AtomicInteger count, int limit) {
        if (count.incrementAndGet() <= limit) {
            return true;
        }
        count.decrementAndGet();
        return false;
    }
}
