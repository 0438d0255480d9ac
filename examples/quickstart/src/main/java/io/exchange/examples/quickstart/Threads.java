package io.exchange.examples.quickstart;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tells which threads that keep a process alive have been started since, and have not ended. */
final class Threads {

    private final Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());

    /** Waits for what ends by itself, for as long as allowed; gives what has not. */
    List<Thread> left(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        List<Thread> left = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.isDaemon() && !before.contains(thread)) {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
                if (thread.isAlive()) {
                    left.add(thread);
                }
            }
        }
        return left;
    }
}
