package io.exchange.examples.cluster;

import io.exchange.api.Delivery;
import io.exchange.api.ExchangeObserver.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of one command: what its sender saw, and what handlers did. Confined to its {@link History}. */
final class Fate {

    /** How late an end may be: the alarm of a deadline rings late, and the machine is busy. */
    private static final long LATE_NANOS = 1_500_000_000L;

    /** How late a handler may be seen to start: the time between the check and the first line of the handler. */
    private static final long LATE_START_NANOS = 300_000_000L;

    private final String id;
    private Report.@Nullable Sent sent;
    private Report.@Nullable Ended ended;
    private int endings;
    private final List<Run> runs = new ArrayList<>();

    /**
     * A handler that was started.
     *
     * @param connector whose
     * @param nanos when
     */
    record Run(String connector, long nanos) {}

    Fate(String id) {
        this.id = id;
    }

    void sent(Report.Sent report) {
        sent = report;
    }

    void ended(Report.Ended report) {
        ended = report;
        endings++;
    }

    void ran(Run run) {
        runs.add(run);
    }

    boolean isSent() {
        return sent != null;
    }

    boolean isOpen() {
        return sent != null && ended == null;
    }

    int runs() {
        return runs.size();
    }

    Optional<Report.Ended> end() {
        return Optional.ofNullable(ended);
    }

    /** Whether it was sent like this and not answered. */
    boolean isUnanswered(Delivery delivery) {
        return sent != null && sent.delivery() == delivery && (ended == null || ended.outcome() != Outcome.SUCCEEDED);
    }

    /** How it failed: code, whether it may have run, delivery; empty if it has not, or has not ended. */
    Optional<String> failure() {
        return end().filter(end -> end.outcome() != Outcome.SUCCEEDED)
                .map(end -> end.code() + " " + end.outcome() + (sent == null ? "" : " " + sent.delivery()));
    }

    /** The id of the node that sent it, in the life in which it did. */
    String sender() {
        return id.substring(0, id.lastIndexOf('.'));
    }

    /**
     * Says what must not be.
     *
     * @param alive whether the sender lived on until the history ended
     * @param paused when the sender, or whoever handled it, was frozen
     */
    List<String> violations(boolean alive, Pauses paused) {
        List<String> found = new ArrayList<>();
        if (runs.size() > 1) {
            found.add("ran " + runs.size() + " times");
        }
        if (endings > 1) {
            found.add("ended " + endings + " times");
        }
        if (sent != null && alive && ended == null) {
            found.add("never ended");
        }
        if (sent != null) {
            checkStarts(sent, found, paused);
        }
        if (sent != null && ended != null) {
            checkEnd(sent, ended, found, paused);
        }
        return found.stream().map(violation -> this + " " + violation).toList();
    }

    private void checkStarts(Report.Sent start, List<String> found, Pauses paused) {
        long deadline = start.nanos() + start.timeoutMillis() * 1_000_000;
        for (Run run : runs) {
            if (run.nanos() > deadline + LATE_START_NANOS && !paused.overlap(deadline, run.nanos())) {
                found.add("was started " + (run.nanos() - deadline) / 1_000_000 + " ms after its deadline");
            }
        }
    }

    private void checkEnd(Report.Sent start, Report.Ended end, List<String> found, Pauses paused) {
        long late = end.nanos() - start.nanos() - start.timeoutMillis() * 1_000_000;
        if (late > LATE_NANOS && !paused.overlap(start.nanos(), end.nanos())) {
            found.add("ended " + late / 1_000_000 + " ms after its deadline");
        }
        if (end.outcome() == Outcome.NOT_EXECUTED && !runs.isEmpty()) {
            found.add("ran, and its sender was told that it had not");
        }
        if (end.outcome() == Outcome.SUCCEEDED && runs.isEmpty()) {
            found.add("succeeded without having run");
        }
    }

    @Override
    public String toString() {
        return id + "[" + sent + ", " + ended + ", " + runs + "]";
    }
}
