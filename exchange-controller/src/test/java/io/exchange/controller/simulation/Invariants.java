package io.exchange.controller.simulation;

import io.exchange.api.Grant;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.TargetRecord;
import java.util.HashMap;
import java.util.Map;

/** What must hold at every step. */
final class Invariants {

    private record Slot(String targetId, String role, int number) {}

    private record Term(Slot slot, long term) {}

    private final Episode episode;
    private final Map<Slot, Long> seen = new HashMap<>();
    private final Map<Term, String> sessions = new HashMap<>();

    Invariants(Episode episode) {
        this.episode = episode;
    }

    /** True time, not what anybody believes: who could act as holder right now, and would the term be taken? */
    void check() {
        Map<Slot, SimConnector> holders = new HashMap<>();
        for (SimConnector connector : episode.connectors()) {
            for (Grant grant : connector.holds()) {
                Slot slot = new Slot(connector.targetId, grant.role(), grant.slot());
                SimConnector other = holders.put(slot, connector);
                episode.require(other == null, "two hold " + slot + ": " + other + " and " + connector);
                long highest = seen.merge(slot, grant.term(), Math::max);
                episode.require(grant.term() == highest, slot + " saw " + highest + ", then " + grant.term());
                String session = sessions.putIfAbsent(new Term(slot, grant.term()), connector.sessionId);
                episode.require(
                        session == null || session.equals(connector.sessionId), "one term for two sessions: " + grant);
            }
        }
    }

    void changed(TargetRecord before, TargetRecord after) {
        episode.require(after.version() > before.version() || after.version() == 0, "a version went back");
        for (SlotRecord slot : before.slots()) {
            long term =
                    after.slot(slot.role(), slot.number()).map(SlotRecord::term).orElse(Long.MAX_VALUE);
            episode.require(term >= slot.term(), "the term went back of " + slot);
        }
    }
}
