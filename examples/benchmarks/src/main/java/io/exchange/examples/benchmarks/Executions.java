package io.exchange.examples.benchmarks;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How often each command was run, by its number: a byte for each in a file that all processes have mapped, so that what a
 * process counted before it was killed is not lost.
 */
final class Executions {

    /** Commands with greater numbers are not counted. */
    static final int MOST = 1 << 28;

    private final MappedByteBuffer counts;

    private Executions(MappedByteBuffer counts) {
        this.counts = counts;
    }

    static Executions in(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Executions(channel.map(FileChannel.MapMode.READ_WRITE, 0, MOST));
        }
    }

    /** A command was run. */
    void add(long number) {
        if (number < MOST) {
            counts.put((int) number, (byte) (counts.get((int) number) + 1));
        }
    }

    /** How many of the commands up to a number were run more than once. */
    long moreThanOnce(long below) {
        long count = 0;
        for (int i = 0; i < Math.min(below, MOST); i++) {
            if (counts.get(i) > 1) {
                count++;
            }
        }
        return count;
    }
}
