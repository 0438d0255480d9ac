package io.exchange.controller.primary;

import io.exchange.api.Grant;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Frame.Told;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a connector was told, and until when it may act on it: the memory of a {@link GrantLedger}, and confined with it.
 *
 * <p>The lease of a grant is over, on this node's clock, one lease and a hundredth after the heartbeat came that the last
 * renewal answered. That holds as long as the clock rates of two processes differ by less than a hundredth.
 */
final class ToldGrants {

    private record Slot(String role, int number) {
        static Slot of(Grant grant) {
            return new Slot(grant.role(), grant.slot());
        }
    }

    /** One grant. */
    private static final class Entry {
        private long over;
        /** Whether it was told by this channel; one that the hello reported is told again. */
        private boolean sent;

        private boolean revoked;
        private boolean acknowledged;

        private Entry(long over) {
            this.over = over;
        }

        private void holdsUntil(long next) {
            if (next - over > 0) {
                over = next;
            }
        }
    }

    private final long leaseNanos;
    private final Map<Grant, Entry> entries = new LinkedHashMap<>();
    private final Map<Slot, Grant> highest = new HashMap<>();
    private long heartbeat;
    private long heartbeatAt;

    ToldGrants(List<Told> reported, long leaseNanos, long now) {
        this.leaseNanos = leaseNanos;
        this.heartbeatAt = now;
        for (Told told : reported) {
            remember(told.grant());
            if (told.held()) {
                entries.put(told.grant(), new Entry(now + LeaseTerms.surely(leaseNanos)));
            }
        }
    }

    /** Answers a heartbeat, and counts the leases that this renews. */
    Frame.HeartbeatAck renew(long number, Moment now) {
        heartbeat = number;
        heartbeatAt = now.nanos();
        long lease = Math.max(0, Math.min(leaseNanos, now.leaseNanos()));
        boolean any = false;
        for (Entry entry : entries.values()) {
            if (!entry.revoked && lease > 0) {
                any = true;
                entry.holdsUntil(now.nanos() + LeaseTerms.surely(lease));
            }
        }
        return new Frame.HeartbeatAck(number, any ? lease : 0);
    }

    boolean isTold(Grant grant) {
        return entries.containsKey(grant);
    }

    boolean isOvertaken(Grant grant) {
        Grant known = highest.get(Slot.of(grant));
        return known != null && grant.term() <= known.term();
    }

    /** Tells a grant on this channel, once, and only by a heartbeat so recent that most of the lease is left. */
    Optional<Frame> tell(Grant grant, Moment now) {
        Entry entry = entries.get(grant);
        long lease = Math.min(leaseNanos, now.leaseNanos());
        boolean done = entry != null && (entry.sent || entry.revoked);
        if (done || lease <= 0 || now.nanos() - heartbeatAt > leaseNanos / 2) {
            return Optional.empty();
        }
        if (entry == null) {
            entry = new Entry(heartbeatAt);
            entries.put(grant, entry);
            remember(grant);
        }
        entry.sent = true;
        entry.holdsUntil(heartbeatAt + LeaseTerms.surely(lease));
        return Optional.of(new Frame.Granted(grant, heartbeat, lease));
    }

    /** Takes a grant back, once. */
    Optional<Frame> revoke(Grant grant) {
        Entry entry = entries.get(grant);
        if (entry == null || entry.revoked) {
            return Optional.empty();
        }
        entry.revoked = true;
        return Optional.of(new Frame.Revoked(grant));
    }

    void acknowledge(Grant grant) {
        Entry entry = entries.get(grant);
        if (entry != null) {
            entry.acknowledged = true;
        }
    }

    boolean remove(Grant grant) {
        return entries.remove(grant) != null;
    }

    void clear() {
        entries.clear();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Forgets what nobody can act on any more. */
    List<Grant> endLeases(long now) {
        List<Grant> over = new ArrayList<>();
        entries.forEach((grant, entry) -> {
            if (now - entry.over >= 0) {
                over.add(grant);
            }
        });
        over.forEach(entries::remove);
        return over;
    }

    /** All that the connector may hold or act on, told by whatever channel. */
    List<Grant> grants() {
        return List.copyOf(entries.keySet());
    }

    /** What the connector has acknowledged and need not give up. */
    List<Grant> confirmed() {
        return entries.entrySet().stream()
                .filter(told -> told.getValue().acknowledged && !told.getValue().revoked)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The same as a hello would say it, had the connector got all that it was told. */
    List<Told> report() {
        List<Told> report = new ArrayList<>();
        entries.keySet().forEach(grant -> report.add(new Told(grant, true)));
        for (Grant grant : highest.values()) {
            if (!entries.containsKey(grant)) {
                report.add(new Told(grant, false));
            }
        }
        return report;
    }

    OptionalLong nextOver() {
        OptionalLong next = OptionalLong.empty();
        for (Entry entry : entries.values()) {
            if (next.isEmpty() || entry.over - next.getAsLong() < 0) {
                next = OptionalLong.of(entry.over);
            }
        }
        return next;
    }

    private void remember(Grant grant) {
        highest.merge(Slot.of(grant), grant, (a, b) -> a.term() >= b.term() ? a : b);
    }
}
