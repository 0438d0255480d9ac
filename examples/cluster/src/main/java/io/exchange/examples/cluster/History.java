package io.exchange.examples.cluster;

import io.exchange.api.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What callers saw, what handlers ran, who was primary; and whether all of that may be. Safe for any thread. */
final class History {

    private final Map<String, Fate> fates = new HashMap<>();
    private final Map<String, Tenures> tenures = new TreeMap<>();
    private final Map<String, Pauses> frozen = new HashMap<>();
    private final Pauses anyFrozen = new Pauses();
    private final Pauses divided = new Pauses();
    private final Set<String> gone = new HashSet<>();
    private final Set<String> went = new TreeSet<>();

    /**
     * How commands ended.
     *
     * @param sent how many were sent
     * @param answered how many were answered
     * @param failed how many failed, by code, whether they may have run, and delivery
     * @param diedWithSender how many had a sender that was killed before they ended
     * @param open how many have not ended
     * @param ranTwice how many ran more than once
     */
    record Counts(int sent, int answered, Map<String, Integer> failed, int diedWithSender, int open, int ranTwice) {

        /** Commands whose senders lived and got no answer. */
        int lost() {
            return open + failed.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    synchronized void report(Report report) {
        if (report instanceof Report.Sent sent) {
            fate(sent.id()).sent(sent);
        } else if (report instanceof Report.Ended ended) {
            fate(ended.id()).ended(ended);
        } else if (report instanceof Report.Went target) {
            went.add(target.target());
        }
        notifyAll();
    }

    synchronized void ran(String commandId, String connector) {
        fate(commandId).ran(new Fate.Run(connector, System.nanoTime()));
        notifyAll();
    }

    private Fate fate(String commandId) {
        return fates.computeIfAbsent(commandId, Fate::new);
    }

    synchronized void granted(String target, String connector, long term) {
        tenures(target).granted(connector, term, System.nanoTime());
        notifyAll();
    }

    synchronized void released(String target, String connector) {
        tenures(target).released(connector, System.nanoTime());
        notifyAll();
    }

    private Tenures tenures(String target) {
        return tenures.computeIfAbsent(target, Tenures::new);
    }

    /** The targets of which some node has said that nobody is left. */
    synchronized Set<String> went() {
        return Set.copyOf(went);
    }

    /** The process of a node is gone, in order or not. What it sent and nobody heard the end of has died with it. */
    synchronized void gone(String nodeId) {
        gone.add(nodeId);
        notifyAll();
    }

    synchronized void frozen(String nodeId) {
        frozen.computeIfAbsent(nodeId, id -> new Pauses()).begin(System.nanoTime());
        anyFrozen.begin(System.nanoTime());
    }

    synchronized void thawed(String nodeId) {
        frozen.computeIfAbsent(nodeId, id -> new Pauses()).end(System.nanoTime());
        anyFrozen.end(System.nanoTime());
    }

    /** From now on two may be primary, as nodes do not see each other and there is no quorum. */
    synchronized void divided() {
        divided.begin(System.nanoTime());
    }

    /** From now on one may be primary again. */
    synchronized void united() {
        divided.end(System.nanoTime());
    }

    /** Who is primary of a target, if exactly one is. */
    synchronized Optional<String> primary(String target) {
        return Optional.ofNullable(tenures.get(target)).flatMap(Tenures::holder);
    }

    /** The term of the primary of a target; 0 if there is none. */
    synchronized long term(String target) {
        return Optional.ofNullable(tenures.get(target)).map(Tenures::term).orElse(0L);
    }

    /** Waits until something holds; it is asked each time that something happened. */
    synchronized void await(String what, BooleanSupplier condition, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new IllegalStateException("in " + patience.toSeconds() + " s it did not come: " + what);
            }
            wait(left);
        }
    }

    /** Waits until so many more commands have been answered. */
    void awaitAnswers(int more, Duration patience) throws InterruptedException {
        int before = counts().answered();
        await(more + " more answers", () -> counts().answered() >= before + more, patience);
    }

    synchronized Counts counts() {
        int answered = 0;
        int diedWithSender = 0;
        int open = 0;
        int ranTwice = 0;
        Map<String, Integer> failed = new TreeMap<>();
        for (Fate fate : fates.values()) {
            ranTwice += fate.runs() > 1 ? 1 : 0;
            if (fate.isOpen() && gone.contains(fate.sender())) {
                diedWithSender++;
            } else if (fate.isOpen()) {
                open++;
            } else if (fate.failure().isPresent()) {
                failed.merge(fate.failure().get(), 1, Integer::sum);
            } else if (fate.end().isPresent()) {
                answered++;
            }
        }
        int sent = (int) fates.values().stream().filter(Fate::isSent).count();
        return new Counts(sent, answered, failed, diedWithSender, open, ranTwice);
    }

    /** The commands of senders that live, or have lived until their commands ended, which got no answer. */
    synchronized List<String> unanswered(Delivery delivery) {
        return fates.values().stream()
                .filter(fate -> fate.isUnanswered(delivery) && !(fate.isOpen() && gone.contains(fate.sender())))
                .map(Fate::toString)
                .toList();
    }

    /** How a command ended, once it has. */
    synchronized Optional<Report.Ended> end(String commandId) {
        return Optional.ofNullable(fates.get(commandId)).flatMap(Fate::end);
    }

    /** How often a command was run. */
    synchronized int runs(String commandId) {
        return Optional.ofNullable(fates.get(commandId)).map(Fate::runs).orElse(0);
    }

    /** Forgets what has been checked, so that a long run does not fill the memory. */
    synchronized void forget() {
        fates.values().removeIf(fate -> !fate.isOpen() || gone.contains(fate.sender()));
        tenures.values().forEach(Tenures::forget);
    }

    /** All that must not be: invariants 1 to 4 of commands and roles. Ask when nothing is under way any more. */
    synchronized List<String> violations() {
        List<String> found = new ArrayList<>();
        for (Fate fate : fates.values()) {
            found.addAll(fate.violations(!gone.contains(fate.sender()), anyFrozen));
        }
        tenures.values().forEach(target -> found.addAll(target.violations(divided)));
        return found;
    }
}
