package io.exchange.examples.cluster;

import java.util.ArrayList;
import java.util.List;

/** When a process was frozen. Confined to its {@link History}. */
final class Pauses {

    private final List<Long> begins = new ArrayList<>();
    private final List<Long> ends = new ArrayList<>();

    void begin(long nanos) {
        begins.add(nanos);
    }

    void end(long nanos) {
        ends.add(nanos);
    }

    /** Whether it was frozen at any time between. */
    boolean overlap(long from, long to) {
        for (int i = 0; i < begins.size(); i++) {
            long end = i < ends.size() ? ends.get(i) : Long.MAX_VALUE;
            if (begins.get(i) <= to && end >= from) {
                return true;
            }
        }
        return false;
    }
}
