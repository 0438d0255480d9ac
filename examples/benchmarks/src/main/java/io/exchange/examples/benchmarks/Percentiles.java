package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Times in milliseconds, few enough to be kept. For one thread. */
final class Percentiles {

    private static final int MEDIAN = 50;
    private static final int LATE = 99;
    private static final int ALL = 100;

    private final List<Long> millis = new ArrayList<>();

    void add(long time) {
        millis.add(time);
    }

    private long at(int percent) {
        int index = (int) Math.ceil(millis.size() * (double) percent / ALL) - 1;
        return millis.get(Math.max(0, index));
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject().put("count", millis.size());
        if (!millis.isEmpty()) {
            millis.sort(null);
            json.put("p50", at(MEDIAN)).put("p99", at(LATE)).put("max", at(ALL));
        }
        return json;
    }
}
