package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process holds when it is idle.
 *
 * @param heapBytes used heap after full collections
 * @param residentBytes resident memory; 0 where the system does not tell
 * @param threads the threads that live
 */
record Weight(long heapBytes, long residentBytes, int threads) {

    static final Weight NONE = new Weight(0, 0, 0);

    private static final int COLLECTIONS = 4;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    /** The weight of this process. */
    static Weight now() throws InterruptedException, IOException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc(); // what cleaners and references hold goes only with a later collection
            Thread.sleep(200);
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        return new Weight(heap, residentNow(), threads);
    }

    private static long residentNow() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(RESIDENT)) {
                String kilobytes = line.substring(RESIDENT.length()).replace("kB", "");
                return Long.parseLong(kilobytes.strip()) << 10;
            }
        }
        return 0;
    }

    Weight plus(Weight other) {
        return new Weight(heapBytes + other.heapBytes, residentBytes + other.residentBytes, threads + other.threads);
    }

    Weight minus(Weight other) {
        return new Weight(heapBytes - other.heapBytes, residentBytes - other.residentBytes, threads - other.threads);
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("heap", heapBytes)
                .put("resident", residentBytes)
                .put("threads", threads);
    }

    static Weight of(JsonObject json) {
        return new Weight(json.getLong("heap"), json.getLong("resident"), json.getInteger("threads"));
    }
}
