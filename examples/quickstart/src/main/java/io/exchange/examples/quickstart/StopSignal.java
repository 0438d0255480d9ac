package io.exchange.examples.quickstart;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the main thread waiting until the process is asked to stop, by Ctrl-C, SIGTERM or a call, and the process alive
 * until everything has stopped in order.
 */
final class StopSignal implements AutoCloseable {

    private static final long MOST_SECONDS = 30;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread hook = new Thread(this::holdExit, "stop-signal");
    private volatile int exitCode;

    StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void holdExit() {
        asked.countDown();
        try {
            stopped.await(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the process to stop by itself, with an exit code. Any thread; the first who asks decides. */
    synchronized void ask(int code) {
        if (asked.getCount() > 0) {
            exitCode = code;
            asked.countDown();
        }
    }

    /** Waits until somebody asks; gives the exit code. */
    int await() throws InterruptedException {
        asked.await();
        return exitCode;
    }

    /** Everything has stopped. */
    @Override
    public void close() {
        stopped.countDown();
    }
}
