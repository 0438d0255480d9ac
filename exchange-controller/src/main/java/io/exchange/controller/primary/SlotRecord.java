package io.exchange.controller.primary;

import io.exchange.api.Grant;
import io.exchange.api.Limits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One slot of a role: its highest term, and who holds it. Immutable.
 *
 * @param role the role
 * @param number the slot of the role, from 0
 * @param term the highest term that anyone was given or reported, 0 if there was none
 * @param tenures who holds it or may still hold it, by falling term. At most one is not being revoked: the holder. All
 *     must be gone before the next one is given
 * @param movedFrom the session from which it is being moved away, which gets it back only if nobody else can take it
 */
public record SlotRecord(String role, int number, long term, List<Tenure> tenures, Optional<String> movedFrom) {

    private static final Comparator<Tenure> TENURE_ORDER =
            Comparator.comparing(Tenure::term).reversed().thenComparing(Tenure::sessionId);

    /**
     * A session that holds the slot, or may still.
     *
     * @param sessionId the session
     * @param term its term
     * @param revoking whether it is to give the slot up: nothing renews it any more
     */
    public record Tenure(String sessionId, long term, boolean revoking) {

        /** Checks. */
        public Tenure {
            Limits.requireName("session id", sessionId);
            if (term < 1) {
                throw new IllegalArgumentException("a term is positive, not " + term);
            }
        }

        private Tenure withSessionOf(List<SessionRecord> sessions) {
            for (SessionRecord session : sessions) {
                if (session.id().equals(sessionId)) {
                    return new Tenure(session.id(), term, revoking);
                }
            }
            return this;
        }
    }

    /** Checks, and puts the tenures in order. */
    public SlotRecord {
        Limits.requireName("role", role);
        tenures = TargetRecord.inOrder(tenures, TENURE_ORDER);
        for (Tenure tenure : tenures) {
            term = Math.max(term, tenure.term());
        }
    }

    static SlotRecord empty(String role, int number) {
        return new SlotRecord(role, number, 0, List.of(), Optional.empty());
    }

    /**
     * Who holds the slot and is not to give it up.
     *
     * @return the holder, if there is one
     */
    public Optional<Tenure> holder() {
        for (Tenure tenure : tenures) {
            if (!tenure.revoking()) {
                return Optional.of(tenure);
            }
        }
        return Optional.empty();
    }

    /**
     * A tenure of this slot as it is told to a connector.
     *
     * @param tenure one of the tenures
     * @return role, slot and term
     */
    public Grant grant(Tenure tenure) {
        return new Grant(role, number, tenure.term());
    }

    /**
     * The same slot with the ids of the sessions of its record, so that one that was read holds each id once.
     *
     * @param sessions the sessions of the record
     * @return an equal slot
     */
    public SlotRecord withSessionsOf(List<SessionRecord> sessions) {
        if (tenures.isEmpty()) {
            return this;
        }
        List<Tenure> same = new ArrayList<>(tenures.size());
        for (Tenure tenure : tenures) {
            same.add(tenure.withSessionOf(sessions));
        }
        return new SlotRecord(role, number, term, same, movedFrom);
    }

    boolean isSlotOf(Grant grant) {
        return number == grant.slot() && role.equals(grant.role());
    }

    Optional<Tenure> tenure(String sessionId, long ofTerm) {
        for (Tenure tenure : tenures) {
            if (tenure.term() == ofTerm && tenure.sessionId().equals(sessionId)) {
                return Optional.of(tenure);
            }
        }
        return Optional.empty();
    }

    SlotRecord withTerm(long atLeast) {
        return new SlotRecord(role, number, Math.max(term, atLeast), tenures, movedFrom);
    }

    SlotRecord withMovedFrom(Optional<String> sessionId) {
        return new SlotRecord(role, number, term, tenures, sessionId);
    }

    SlotRecord with(Tenure added) {
        List<Tenure> next = new ArrayList<>(tenures);
        next.add(added);
        return new SlotRecord(role, number, term, next, movedFrom);
    }

    SlotRecord without(Tenure removed) {
        List<Tenure> next = new ArrayList<>(tenures);
        next.remove(removed);
        return new SlotRecord(role, number, term, next, movedFrom);
    }

    SlotRecord revoking(Tenure tenure) {
        return without(tenure).with(new Tenure(tenure.sessionId(), tenure.term(), true));
    }

    /** Only the highest term may go on being held; of a lower one somebody may have been told that it is over. */
    SlotRecord revokingAllButHighest() {
        SlotRecord next = this;
        boolean overtaken = false;
        for (Tenure tenure : tenures) {
            next = overtaken || tenure.term() < term ? next.revoking(tenure) : next;
            overtaken = true;
        }
        return next;
    }
}
