package io.exchange.examples.benchmarks;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A pump on a thread that is not an event loop. What it sends must all end on one thread. */
final class ThreadPump implements Pump {

    private static final int SPINS = 1_000;

    private final Sender sender;
    private final int inFlight;
    private final Semaphore permits;
    private final Tally tally = new Tally();

    private ThreadPump(Sender sender, int inFlight) {
        this.sender = sender;
        this.inFlight = inFlight;
        this.permits = new Semaphore(inFlight);
    }

    /** Runs a slice on the calling thread. */
    static Slice run(Sender sender, int inFlight, long millis) throws InterruptedException {
        return new ThreadPump(sender, inFlight).run(millis);
    }

    private Slice run(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long number = 0; System.nanoTime() < end; number++) {
            acquire();
            sender.send(this, number, Pump.stamp(number, inFlight));
        }
        permits.acquire(inFlight);
        return tally.finish();
    }

    /** Waits busily for a moment before it parks: the next permit is often a microsecond away. */
    private void acquire() throws InterruptedException {
        for (int spin = 0; spin < SPINS; spin++) {
            if (permits.tryAcquire()) {
                return;
            }
            Thread.onSpinWait();
        }
        permits.acquire();
    }

    @Override
    public void ended(long sentAtNanos, boolean succeeded) {
        tally.command(sentAtNanos, succeeded);
        permits.release();
    }
}
