package io.exchange.examples.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;

/**
 * What a process, or several together, have used so far.
 *
 * @param cpuNanos processor time of all threads, those of the JIT and the collector among them
 * @param allocatedBytes what the threads that live now have allocated
 */
record Usage(long cpuNanos, long allocatedBytes) {

    static final Usage NONE = new Usage(0, 0);

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What this process has used. */
    static Usage now() {
        long allocated = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            allocated += Math.max(0, bytes); // -1 for a thread that has just ended
        }
        return new Usage(SYSTEM.getProcessCpuTime(), allocated);
    }

    Usage plus(Usage other) {
        return new Usage(cpuNanos + other.cpuNanos, allocatedBytes + other.allocatedBytes);
    }

    Usage minus(Usage earlier) {
        return new Usage(cpuNanos - earlier.cpuNanos, allocatedBytes - earlier.allocatedBytes);
    }

    JsonObject toJson() {
        return new JsonObject().put("cpu_nanos", cpuNanos).put("allocated_bytes", allocatedBytes);
    }

    static Usage of(JsonObject json) {
        return new Usage(json.getLong("cpu_nanos"), json.getLong("allocated_bytes"));
    }
}
