package io.exchange.controller.simulation;

import io.exchange.api.Grant;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.TargetRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold at every step. */
final class Invariants {

    private record Slot(String targetId, String role, int number) {}

    private record Term(Slot slot, long term) {}

    private record Seen(String sessionId, Slot slot) {}

    private final Scenario scenario;
    private final List<SimConnector> connectors;
    private final boolean exclusive;
    private final Map<Slot, SimConnector> holders = new HashMap<>();
    private final Map<Slot, Long> seen = new HashMap<>();
    private final Map<Term, String> sessions = new HashMap<>();
    private final Map<Seen, Long> seenBy = new HashMap<>();

    /**
     * The invariants.
     *
     * @param connectors all that there are at any time
     * @param exclusive whether one holder for each slot is promised, as it is not across a split without a quorum
     */
    Invariants(Scenario scenario, List<SimConnector> connectors, boolean exclusive) {
        this.scenario = scenario;
        this.connectors = connectors;
        this.exclusive = exclusive;
    }

    /** True time, not what anybody believes: who could act as holder right now, and would the term be taken? */
    void check() {
        holders.clear();
        for (SimConnector connector : connectors) {
            for (Grant grant : connector.holds()) {
                Slot slot = new Slot(connector.targetId, grant.role(), grant.slot());
                checkEnforced(connector, slot, grant);
                if (exclusive) {
                    checkAlone(connector, slot, grant.term());
                }
            }
        }
    }

    /** Who enforces terms, as each connector does, never sees one that is lower than before. */
    private void checkEnforced(SimConnector connector, Slot slot, Grant grant) {
        long highest = seenBy.merge(new Seen(connector.sessionId, slot), grant.term(), Math::max);
        scenario.require(
                grant.term() == highest,
                () -> connector + " of " + slot + " saw " + highest + ", then " + grant.term());
    }

    private void checkAlone(SimConnector connector, Slot slot, long term) {
        SimConnector other = holders.put(slot, connector);
        scenario.require(other == null, () -> "two hold " + slot + ": " + other + " and " + connector);
        long highest = seen.merge(slot, term, Math::max);
        scenario.require(term == highest, () -> slot + " saw " + highest + ", then " + term);
        String session = sessions.putIfAbsent(new Term(slot, term), connector.sessionId);
        scenario.require(
                session == null || session.equals(connector.sessionId),
                () -> "one term for two sessions: " + term + slot);
    }

    void changed(TargetRecord before, TargetRecord after) {
        scenario.require(after.version() > before.version() || after.version() == 0, "a version went back");
        for (SlotRecord slot : before.slots()) {
            long term =
                    after.slot(slot.role(), slot.number()).map(SlotRecord::term).orElse(Long.MAX_VALUE);
            scenario.require(term >= slot.term(), () -> "the term went back of " + slot);
        }
    }
}
