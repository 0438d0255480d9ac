package io.exchange.controller.simulation;

import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import java.util.Map;
import java.util.TreeMap;

/** What happened, so that a simulation in which nothing does is seen. */
final class Tally {

    private final Map<String, Long> counts = new TreeMap<>();

    private final World world;

    Tally(World world) {
        this.world = world;
    }

    void count(TargetEvent event, Verdict verdict) {
        world.tell(event, verdict instanceof Verdict.Accepted accepted ? accepted.record() : verdict);
        String kind = event.getClass().getSimpleName();
        if (verdict instanceof Verdict.Refused refused) {
            count("refused " + refused.reason().code());
        } else if (verdict instanceof Verdict.Accepted accepted && accepted.changed()) {
            count(kind);
            if (event instanceof TargetEvent.Attached attached) {
                countTold(attached, accepted.before());
            }
        }
    }

    private void countTold(TargetEvent.Attached attached, TargetRecord before) {
        attached.told().stream().filter(told -> told.held()).forEach(told -> {
            long term = before.slot(told.grant().role(), told.grant().slot())
                    .map(SlotRecord::term)
                    .orElse(0L);
            count(told.grant().term() == term ? "kept across an attach" : "adopted from a connector or node");
        });
    }

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    void add(Tally other) {
        other.counts.forEach((what, count) -> counts.merge(what, count, Long::sum));
    }

    long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
