package io.exchange.channel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * In which order commands start: as they came, while there are places for them, and of those with the same order key each when
 * the one before it has ended. A repeat that another node is asked about keeps its turn, as it may have to start here. Confined
 * to the session's loop.
 */
final class StartOrder {

    private final int maxConcurrent;
    private final ArrayDeque<RunningCommand> waiting = new ArrayDeque<>(0);
    private Set<String> busyKeys = Set.of();
    private int running;
    /** By order key the numbers of the questions that are open. */
    private Map<String, TreeSet<Integer>> asked = Map.of();

    private int questions;

    StartOrder(int maxConcurrent) {
        this.maxConcurrent = maxConcurrent;
    }

    /** How many questions have been asked until now: what comes now comes after them. */
    int questions() {
        return questions;
    }

    /** Another node is asked about a repeat; gives the number of the question. */
    int asks(@Nullable String orderKey) {
        questions++;
        if (orderKey != null) {
            if (asked.isEmpty()) {
                asked = new HashMap<>(); // most sessions never ask
            }
            asked.computeIfAbsent(orderKey, key -> new TreeSet<>()).add(questions);
        }
        return questions;
    }

    /** The question has been answered. */
    void answered(@Nullable String orderKey, int question) {
        TreeSet<Integer> open = orderKey == null ? null : asked.get(orderKey);
        if (open != null && open.remove(question) && open.isEmpty()) {
            asked.remove(orderKey);
        }
    }

    /** Whether a command that has come now need not wait. */
    boolean startsAtOnce(RunningCommand command) {
        return waiting.isEmpty() && mayStart(command);
    }

    private boolean mayStart(RunningCommand command) {
        String key = command.frame.orderKey();
        return hasPlace() && (key == null || !(busyKeys.contains(key) || isBehindQuestion(command, key)));
    }

    private boolean hasPlace() {
        return maxConcurrent == 0 || running < maxConcurrent;
    }

    private boolean isBehindQuestion(RunningCommand command, String orderKey) {
        TreeSet<Integer> open = asked.isEmpty() ? null : asked.get(orderKey);
        return open != null && open.first() <= command.questionsBefore;
    }

    /** It waits for its turn, before all that came after it: that can be there if another node was asked about it. */
    void add(RunningCommand command) {
        if (waiting.isEmpty() || waiting.getLast().questionsBefore <= command.questionsBefore) {
            waiting.add(command);
            return;
        }
        List<RunningCommand> all = new ArrayList<>(waiting);
        int place = all.size();
        while (place > 0 && all.get(place - 1).questionsBefore > command.questionsBefore) {
            place--;
        }
        all.add(place, command);
        waiting.clear();
        waiting.addAll(all);
    }

    void remove(RunningCommand command) {
        waiting.remove(command);
    }

    /** Takes out the first that may start, passing over those whose order key is busy; null if there is none. */
    @Nullable
    RunningCommand takeNext() {
        if (waiting.isEmpty() || !hasPlace()) {
            return null;
        }
        for (RunningCommand command : waiting) {
            if (mayStart(command)) {
                waiting.remove(command);
                return command;
            }
        }
        return null;
    }

    /** All that wait, in their order. */
    List<RunningCommand> waiting() {
        return List.copyOf(waiting);
    }

    void started(RunningCommand command) {
        running++;
        if (command.frame.orderKey() != null) {
            if (busyKeys.isEmpty()) {
                busyKeys = new HashSet<>(); // most sessions never need one
            }
            busyKeys.add(command.frame.orderKey());
        }
    }

    void ended(RunningCommand command) {
        running--;
        if (command.frame.orderKey() != null) {
            busyKeys.remove(command.frame.orderKey());
        }
    }
}
