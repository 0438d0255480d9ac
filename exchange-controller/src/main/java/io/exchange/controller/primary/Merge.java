package io.exchange.controller.primary;

import io.exchange.controller.primary.SlotRecord.Tenure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Joins what two halves of a cluster made of the record of one target. Pure, and the same whichever half comes first, how
 * often, or in what order several are joined.
 *
 * <p>Nothing that a connector may hold is lost: all tenures stay, so that the next grant of a slot waits for each. What
 * is there too much, as a session that ended in one half, the nodes take out when they compare it with what they hold.
 */
public final class Merge {

    private Merge() {}

    /**
     * Joins two records of one target.
     *
     * @param one the one
     * @param other the other
     * @return union of sessions by attach number, highest term per slot, of two holders the lower to be revoked; the
     *     version is higher than that of a record whose content it changes
     */
    public static TargetRecord merge(TargetRecord one, TargetRecord other) {
        if (!one.targetId().equals(other.targetId())) {
            throw new IllegalArgumentException(one.targetId() + " is not " + other.targetId());
        }
        TargetRecord merged = new TargetRecord(
                one.targetId(),
                Math.max(one.format(), other.format()),
                Math.max(one.version(), other.version()),
                Math.max(one.settling(), other.settling()),
                endingReplaced(sessions(one, other)),
                slots(one, other));
        boolean changed = changes(one, merged) || changes(other, merged);
        return changed ? withVersion(merged, merged.version() + 1) : merged;
    }

    private static boolean changes(TargetRecord half, TargetRecord merged) {
        return half.version() == merged.version() && !half.hasSameContent(merged);
    }

    private static TargetRecord withVersion(TargetRecord record, long version) {
        return new TargetRecord(
                record.targetId(), record.format(), version, record.settling(), record.sessions(), record.slots());
    }

    private static List<SessionRecord> sessions(TargetRecord one, TargetRecord other) {
        Map<String, SessionRecord> union = new TreeMap<>();
        Stream.concat(one.sessions().stream(), other.sessions().stream())
                .forEach(session -> union.merge(session.id(), session, Merge::session));
        return List.copyOf(union.values());
    }

    /** The later attach; of one attach the later change, but as present as either half says: its node knows better. */
    private static SessionRecord session(SessionRecord one, SessionRecord other) {
        Comparator<SessionRecord> order = Comparator.<SessionRecord>comparingLong(
                        session -> session.attach().number())
                .thenComparing(session -> session.attach().toString())
                .thenComparing(SessionRecord::revision)
                .thenComparing(SessionRecord::healthy)
                .thenComparing(session -> session.joined())
                .thenComparing(session -> new TreeMap<>(session.labels()).toString())
                .thenComparing(
                        session -> session.roles().stream().sorted().toList().toString())
                .thenComparing(session -> session.resume().toString());
        SessionRecord later = order.compare(one, other) >= 0 ? one : other;
        if (!one.attach().equals(other.attach())) {
            return later;
        }
        Presence most = one.presence().compareTo(other.presence()) >= 0 ? one.presence() : other.presence();
        return later.withPresence(most);
    }

    private static List<SlotRecord> slots(TargetRecord one, TargetRecord other) {
        List<SlotRecord> slots = new ArrayList<>();
        for (SlotRecord slot : one.slots()) {
            slots.add(other.slot(slot.role(), slot.number())
                    .map(twin -> slot(slot, twin))
                    .orElse(slot));
        }
        for (SlotRecord slot : other.slots()) {
            if (one.slot(slot.role(), slot.number()).isEmpty()) {
                slots.add(slot);
            }
        }
        return slots;
    }

    private static SlotRecord slot(SlotRecord one, SlotRecord other) {
        if (one.equals(other)) {
            return one;
        }
        record Key(String sessionId, long term) {}
        Map<Key, Tenure> union = new HashMap<>();
        Stream.concat(one.tenures().stream(), other.tenures().stream())
                .forEach(tenure -> union.merge(
                        new Key(tenure.sessionId(), tenure.term()), tenure, (a, b) -> a.revoking() ? a : b));
        SlotRecord merged = new SlotRecord(
                one.role(),
                one.number(),
                Math.max(one.term(), other.term()),
                List.copyOf(union.values()),
                movedFrom(one, other));
        return merged.revokingAllButHighest();
    }

    private static Optional<String> movedFrom(SlotRecord one, SlotRecord other) {
        return Stream.of(one, other).flatMap(slot -> slot.movedFrom().stream()).max(Comparator.naturalOrder());
    }

    /** The next step removes those of them that hold nothing. */
    private static List<SessionRecord> endingReplaced(List<SessionRecord> sessions) {
        Map<String, String> newest = new HashMap<>();
        for (SessionRecord session : sessions) {
            newest.merge(session.connectorId(), session.id(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
        }
        return sessions.stream()
                .map(session -> session.id().equals(newest.get(session.connectorId()))
                        ? session
                        : session.withPresence(Presence.ENDED))
                .toList();
    }
}
