package io.exchange.controller.primary;

import io.exchange.api.Grant;
import io.exchange.controller.primary.SlotRecord.Tenure;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The next record in the making. Lives within one step of {@link Election}, on one thread. */
final class Draft {

    private record Key(String role, int number) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::role).thenComparing(Key::number);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    private final TargetRecord before;
    private final Map<String, SessionRecord> sessions = new TreeMap<>();
    private final Map<Key, SlotRecord> slots = new TreeMap<>();
    private long settling;

    Draft(TargetRecord before) {
        this.before = before;
        this.settling = before.settling();
        before.sessions().forEach(this::put);
        before.slots().forEach(this::put);
    }

    long settling() {
        return settling;
    }

    void settle() {
        settling = 0;
    }

    Optional<SessionRecord> session(String sessionId) {
        return Optional.ofNullable(sessions.get(sessionId));
    }

    List<SessionRecord> sessions() {
        return List.copyOf(sessions.values());
    }

    /** The session, unless the record knows a later attach of it, or none: then what is said of it comes too late. */
    Optional<SessionRecord> session(String sessionId, long attachNumber) {
        return session(sessionId).filter(session -> session.attach().number() == attachNumber);
    }

    void put(SessionRecord session) {
        sessions.put(session.id(), session);
    }

    List<SlotRecord> slots() {
        return List.copyOf(slots.values());
    }

    Optional<SlotRecord> slot(Grant grant) {
        return Optional.ofNullable(slots.get(new Key(grant.role(), grant.slot())));
    }

    SlotRecord slotOrNew(String role, int number) {
        return slots.computeIfAbsent(new Key(role, number), key -> SlotRecord.empty(role, number));
    }

    void put(SlotRecord slot) {
        slots.put(new Key(slot.role(), slot.number()), slot);
    }

    void remove(SlotRecord slot) {
        slots.remove(new Key(slot.role(), slot.number()));
    }

    void release(Grant grant, String sessionId) {
        slot(grant)
                .ifPresent(slot -> slot.tenure(sessionId, grant.term()).ifPresent(tenure -> put(slot.without(tenure))));
    }

    void releaseAll(String sessionId) {
        eachSlot(slot -> {
            for (Tenure tenure : slot.tenures()) {
                if (tenure.sessionId().equals(sessionId)) {
                    slot = slot.without(tenure);
                }
            }
            return slot;
        });
    }

    void eachSlot(UnaryOperator<SlotRecord> change) {
        slots.replaceAll((key, slot) -> change.apply(slot));
    }

    int tenuresOf(String sessionId) {
        int count = 0;
        for (SlotRecord slot : slots.values()) {
            for (Tenure tenure : slot.tenures()) {
                count += tenure.sessionId().equals(sessionId) ? 1 : 0;
            }
        }
        return count;
    }

    /** The new record, or the old one itself if nothing is different. */
    TargetRecord finish(long now) {
        sessions.values().removeIf(session -> session.presence() == Presence.ENDED && tenuresOf(session.id()) == 0);
        TargetRecord next = record(before.version(), sessions.values());
        if (next.hasSameContent(before)) {
            return before;
        }
        long version = 1 + Math.max(before.version(), now);
        return record(version, stamped(version));
    }

    private TargetRecord record(long version, Collection<SessionRecord> members) {
        return new TargetRecord(
                before.targetId(),
                TargetRecord.FORMAT,
                version,
                settling,
                List.copyOf(members),
                List.copyOf(slots.values()));
    }

    private List<SessionRecord> stamped(long version) {
        Set<SessionRecord> unchanged = new HashSet<>(before.sessions());
        return sessions.values().stream()
                .map(session -> unchanged.contains(session) ? session : session.withRevision(version))
                .toList();
    }
}
