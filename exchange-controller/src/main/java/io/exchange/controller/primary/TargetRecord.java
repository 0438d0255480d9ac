package io.exchange.controller.primary;

import io.exchange.api.Grant;
import io.exchange.api.Limits;
import io.exchange.controller.primary.SlotRecord.Tenure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All that the cluster knows of one target: its sessions, and who holds which slot of which role under which term.
 * Immutable; {@link Election} makes the next one from it.
 *
 * @param targetId the target
 * @param format the version of this record's form, so that nodes of several versions can share it
 * @param version grows with each change and past cluster time; 0 for a target that is not known
 * @param settling not 0 while nobody new is elected: the record was created when earlier holders may still have a lease.
 *     Ends with {@link TargetEvent.Settled} that names this number
 * @param sessions by id; a session is here as long as it is present or a slot names it
 * @param slots by role and number; a slot stays after its last holder, for its term
 */
public record TargetRecord(
        String targetId,
        int format,
        long version,
        long settling,
        List<SessionRecord> sessions,
        List<SlotRecord> slots) {

    /** The form that this code writes. */
    public static final int FORMAT = 1;

    /** How far cluster time must be past terms and version before they can be forgotten: no clock is set back as far. */
    static final long FORGET_AFTER_MILLIS = 60_000;

    private static final Comparator<SessionRecord> SESSION_ORDER = Comparator.comparing(SessionRecord::id);
    private static final Comparator<SlotRecord> SLOT_ORDER =
            Comparator.comparing(SlotRecord::role).thenComparing(SlotRecord::number);

    /** Checks, and puts sessions and slots in order, so that equal content is an equal record. */
    public TargetRecord {
        Limits.requireName("target id", targetId);
        sessions = inOrder(sessions, SESSION_ORDER);
        slots = inOrder(slots, SLOT_ORDER);
    }

    /** A copy in order; most have one element, and records are made and kept by the thousand. */
    static <T> List<T> inOrder(List<T> some, Comparator<T> order) {
        if (some.size() < 2) {
            return List.copyOf(some);
        }
        List<T> sorted = new ArrayList<>(some);
        sorted.sort(order);
        return List.copyOf(sorted);
    }

    /**
     * The record of a target that is not known.
     *
     * @param targetId the target
     * @return a record with version 0 and nothing in it
     */
    public static TargetRecord unknown(String targetId) {
        return new TargetRecord(targetId, FORMAT, 0, 0, List.of(), List.of());
    }

    /**
     * The record of a target that is not known, at a time when earlier holders may still have a lease.
     *
     * @param targetId the target
     * @param settling any number but 0, such as the cluster time
     * @return a record with version 0 that adopts holders but elects none
     */
    public static TargetRecord unsettled(String targetId, long settling) {
        return new TargetRecord(targetId, FORMAT, 0, settling, List.of(), List.of());
    }

    /**
     * The sessions that commands can be sent to or may wait for.
     *
     * @return all that have not ended, by id
     */
    public List<SessionRecord> present() {
        return sessions.stream()
                .filter(session -> session.presence() != Presence.ENDED)
                .toList();
    }

    /**
     * A session, ended or not.
     *
     * @param sessionId its id
     * @return what is known of it
     */
    public Optional<SessionRecord> session(String sessionId) {
        for (SessionRecord session : sessions) {
            if (session.id().equals(sessionId)) {
                return Optional.of(session);
            }
        }
        return Optional.empty();
    }

    /**
     * One slot.
     *
     * @param role the role
     * @param number the slot
     * @return it, if it was ever to be held
     */
    public Optional<SlotRecord> slot(String role, int number) {
        for (SlotRecord slot : slots) {
            if (slot.number() == number && slot.role().equals(role)) {
                return Optional.of(slot);
            }
        }
        return Optional.empty();
    }

    /**
     * The sessions that hold a role.
     *
     * @param role the role
     * @return the holders by slot, without those that are to give it up
     */
    public List<SessionRecord> holders(String role) {
        List<SessionRecord> holders = new ArrayList<>();
        for (SlotRecord slot : slots) {
            if (slot.role().equals(role)) {
                slot.holder().flatMap(tenure -> session(tenure.sessionId())).ifPresent(holders::add);
            }
        }
        return holders;
    }

    /**
     * What a session holds.
     *
     * @param sessionId the session
     * @return its slots, without those that it is to give up
     */
    public List<Grant> grants(String sessionId) {
        List<Grant> grants = new ArrayList<>();
        for (SlotRecord slot : slots) {
            for (Tenure tenure : slot.tenures()) {
                if (!tenure.revoking() && tenure.sessionId().equals(sessionId)) {
                    grants.add(slot.grant(tenure));
                }
            }
        }
        return grants;
    }

    /**
     * Whether a term has been overtaken, so that what comes with it is refused.
     *
     * @param grant a slot and a term that somebody shows
     * @return whether a higher term of the slot is known
     */
    public boolean isStale(Grant grant) {
        return slot(grant.role(), grant.slot())
                .map(slot -> grant.term() < slot.term())
                .orElse(false);
    }

    /**
     * Whether nothing is lost when this record is removed: a later one would get higher terms and versions anyway.
     *
     * @param now cluster time in milliseconds
     * @return whether no session and no tenure is left and the time is safely past the terms and the version
     */
    public boolean isForgettable(long now) {
        long highest = version;
        for (SlotRecord slot : slots) {
            if (!slot.tenures().isEmpty()) {
                return false;
            }
            highest = Math.max(highest, slot.term());
        }
        return sessions.isEmpty() && now > highest + FORGET_AFTER_MILLIS;
    }

    boolean hasSameContent(TargetRecord other) {
        return targetId.equals(other.targetId)
                && settling == other.settling
                && sessions.equals(other.sessions)
                && slots.equals(other.slots);
    }
}
