package io.exchange.examples.benchmarks;

import io.exchange.examples.benchmarks.Slice.Latency;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts and times what ends during one slice. For one thread at a time. */
final class Tally {

    private final Histogram nanos = new Histogram(TimeUnit.MINUTES.toNanos(5), 3);
    private final Usage usageBefore = Usage.now();
    private final long began = System.nanoTime();
    private long commands;
    private long errors;
    private long bytes;

    /** A command ended; it was sent at a time on the monotonic clock, or at 0 if it is not to be timed. */
    void command(long sentAtNanos, boolean succeeded) {
        commands++;
        if (!succeeded) {
            errors++;
        } else if (sentAtNanos != 0) {
            nanos.recordValue(System.nanoTime() - sentAtNanos);
        }
    }

    /** Bytes came through. */
    void bytes(long count) {
        bytes += count;
    }

    /** Ends the slice. */
    Slice finish() {
        double seconds = (System.nanoTime() - began) / 1e9;
        Latency latency = new Latency(micros(50), micros(99), micros(99.9));
        return new Slice(seconds, commands, errors, bytes, latency, Usage.now().minus(usageBefore));
    }

    private double micros(double percentile) {
        return nanos.getTotalCount() == 0 ? 0 : nanos.getValueAtPercentile(percentile) / 1e3;
    }
}
