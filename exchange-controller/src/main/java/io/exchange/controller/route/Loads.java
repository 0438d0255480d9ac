package io.exchange.controller.route;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many commands of this node are out to each session of another one. Safe for any thread. */
final class Loads {

    private final Map<String, Integer> out = new ConcurrentHashMap<>();

    int of(String sessionId) {
        return out.getOrDefault(sessionId, 0);
    }

    void add(String sessionId) {
        out.merge(sessionId, 1, Integer::sum);
    }

    void remove(String sessionId) {
        out.computeIfPresent(sessionId, (id, count) -> count == 1 ? null : count - 1);
    }
}
