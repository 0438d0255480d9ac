package io.exchange.examples.node;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps the main thread waiting until the process is asked to stop, and the process alive until everything has stopped. */
final class StopSignal implements AutoCloseable {

    /** What leaving the cluster may take on top of what is configured. */
    private static final Duration LEAVING = Duration.ofSeconds(20);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Duration most;

    StopSignal(Duration stopTimes) {
        most = stopTimes.plus(LEAVING);
        Runtime.getRuntime().addShutdownHook(new Thread(this::holdExit, "stop-signal"));
    }

    private void holdExit() {
        asked.countDown();
        try {
            stopped.await(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until somebody asks. */
    void await() throws InterruptedException {
        asked.await();
    }

    /** Everything has stopped. */
    @Override
    public void close() {
        stopped.countDown();
    }
}
