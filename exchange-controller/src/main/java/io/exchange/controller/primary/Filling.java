package io.exchange.controller.primary;

import io.exchange.controller.primary.SlotRecord.Tenure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of {@link Election} that follows every event: takes slots from those that may not keep them, and gives free
 * ones to those that can take them.
 */
final class Filling {

    private final ElectionRules rules;
    private final Draft draft;
    private final long now;
    private final Set<String> roles = new TreeSet<>();

    Filling(ElectionRules rules, Draft draft, long now) {
        this.rules = rules;
        this.draft = draft;
        this.now = now;
        for (SessionRecord session : draft.sessions()) {
            if (session.presence() != Presence.ENDED) {
                roles.addAll(session.roles());
            }
        }
    }

    void run() {
        ensureSlots();
        draft.eachSlot(this::revokeUnfit);
        revokeSecondSlots();
        if (rules.electing() && draft.settling() == 0) {
            for (SlotRecord slot : draft.slots()) {
                fill(slot);
            }
        }
        if (!draft.sessions().isEmpty()) { // else all of it is forgotten at once, some day
            for (SlotRecord slot : draft.slots()) {
                if (isForgettable(slot)) {
                    draft.remove(slot);
                }
            }
        }
    }

    private void ensureSlots() {
        for (String role : roles) {
            for (int number = 0; number < rules.slotsOf(role); number++) {
                SlotRecord unused = draft.slotOrNew(role, number);
            }
        }
    }

    /** Of two holders the one with the lower term gives way, and so does one whose term is no longer the highest. */
    private SlotRecord revokeUnfit(SlotRecord slot) {
        boolean held = slot.number() >= rules.slotsOf(slot.role());
        SlotRecord next = slot;
        for (Tenure tenure : slot.tenures()) {
            boolean fits = !held
                    && tenure.term() == slot.term()
                    && draft.session(tenure.sessionId())
                            .map(session -> session.fits(slot.role()))
                            .orElse(false);
            if (!tenure.revoking() && !fits) {
                next = next.revoking(tenure);
            }
            held |= !tenure.revoking() && fits;
        }
        return next;
    }

    /** A connector that came to hold two slots of a role, as when halves were merged, keeps the one it got last. */
    private void revokeSecondSlots() {
        List<SlotRecord> byFallingTerm = new ArrayList<>(draft.slots());
        byFallingTerm.sort(Comparator.comparingLong(Filling::holdersTerm).reversed());
        record Held(String connectorId, String role) {}
        Set<Held> seen = new HashSet<>();
        for (SlotRecord slot : byFallingTerm) {
            slot.holder()
                    .filter(holder -> !seen.add(new Held(connectorOf(holder), slot.role())))
                    .ifPresent(holder -> draft.put(slot.revoking(holder)));
        }
    }

    private static long holdersTerm(SlotRecord slot) {
        return slot.holder().map(Tenure::term).orElse(0L);
    }

    private void fill(SlotRecord slot) {
        if (slot.tenures().isEmpty()) {
            candidate(slot).ifPresent(session -> {
                long term = 1 + Math.max(slot.term(), now);
                draft.put(slot.withMovedFrom(Optional.empty()).with(new Tenure(session.id(), term, false)));
            });
        }
    }

    /** The next holder: healthy, without a slot of this role; the one with the fewest slots, then the oldest. */
    Optional<SessionRecord> candidate(SlotRecord slot) {
        if (slot.number() >= rules.slotsOf(slot.role())) {
            return Optional.empty();
        }
        Set<String> holding = connectorsHolding(slot.role());
        return draft.sessions().stream()
                .filter(session -> session.canTake(slot.role()))
                .filter(session -> !holding.contains(session.connectorId()))
                .min(Comparator.<SessionRecord, Boolean>comparing(
                                session -> slot.movedFrom().equals(Optional.of(session.id())))
                        .thenComparing(session -> draft.tenuresOf(session.id()))
                        .thenComparing(SessionRecord::joined)
                        .thenComparing(SessionRecord::id));
    }

    private Set<String> connectorsHolding(String role) {
        Set<String> holding = new HashSet<>();
        for (SlotRecord slot : draft.slots()) {
            if (slot.role().equals(role)) {
                slot.tenures().forEach(tenure -> holding.add(connectorOf(tenure)));
            }
        }
        return holding;
    }

    private String connectorOf(Tenure tenure) {
        return draft.session(tenure.sessionId()).map(SessionRecord::connectorId).orElse(tenure.sessionId());
    }

    private boolean isForgettable(SlotRecord slot) {
        boolean wanted = slot.number() < rules.slotsOf(slot.role()) && roles.contains(slot.role());
        return !wanted && slot.tenures().isEmpty() && now > slot.term() + TargetRecord.FORGET_AFTER_MILLIS;
    }
}
