package io.exchange.controller.primary;

import io.exchange.api.Grant;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Frame.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a connector was told, and until when it may act on it: the memory of a {@link GrantLedger}, and confined with it.
 *
 * <p>The lease of a grant is over, on this node's clock, one lease and a hundredth after the heartbeat came that the last
 * renewal answered. That holds as long as the clock rates of two processes differ by less than a hundredth.
 */
final class ToldGrants {

    /** One grant. */
    private static final class Entry {
        private final Grant grant;
        private long over;
        /** Whether it was told by this channel; one that the hello reported is told again. */
        private boolean sent;

        private boolean revoked;
        private boolean acknowledged;

        private Entry(Grant grant, long over) {
            this.grant = grant;
            this.over = over;
        }

        private void holdsUntil(long next) {
            if (next - over > 0) {
                over = next;
            }
        }
    }

    private final long leaseNanos;
    /** A connector holds few slots, mostly one, and every channel has such a list: a map of one entry is five times as large. */
    private final List<Entry> entries = new ArrayList<>(1);
    /** Of each slot the grant with the highest term. */
    private final List<Grant> highest = new ArrayList<>(1);

    private long heartbeat;
    private long heartbeatAt;

    ToldGrants(List<Told> reported, long leaseNanos, long now) {
        this.leaseNanos = leaseNanos;
        this.heartbeatAt = now;
        for (Told told : reported) {
            remember(told.grant());
            if (told.held() && !isTold(told.grant())) {
                entries.add(new Entry(told.grant(), now + LeaseTerms.surely(leaseNanos)));
            }
        }
    }

    /** Answers a heartbeat, and counts the leases that this renews. */
    Frame.HeartbeatAck renew(long number, Moment now) {
        heartbeat = number;
        heartbeatAt = now.nanos();
        long lease = Math.max(0, Math.min(leaseNanos, now.leaseNanos()));
        boolean any = false;
        for (Entry entry : entries) {
            if (!entry.revoked && lease > 0) {
                any = true;
                entry.holdsUntil(now.nanos() + LeaseTerms.surely(lease));
            }
        }
        return new Frame.HeartbeatAck(number, any ? lease : 0);
    }

    boolean isTold(Grant grant) {
        return entry(grant) != null;
    }

    boolean isOvertaken(Grant grant) {
        int place = placeOf(grant);
        return place >= 0 && grant.term() <= highest.get(place).term();
    }

    /** Tells a grant on this channel, once, and only by a heartbeat so recent that most of the lease is left. */
    Optional<Frame> tell(Grant grant, Moment now) {
        Entry entry = entry(grant);
        long lease = Math.min(leaseNanos, now.leaseNanos());
        boolean done = entry != null && (entry.sent || entry.revoked);
        if (done || lease <= 0 || now.nanos() - heartbeatAt > leaseNanos / 2) {
            return Optional.empty();
        }
        if (entry == null) {
            entry = new Entry(grant, heartbeatAt);
            entries.add(entry);
            remember(grant);
        }
        entry.sent = true;
        entry.holdsUntil(heartbeatAt + LeaseTerms.surely(lease));
        return Optional.of(new Frame.Granted(grant, heartbeat, lease));
    }

    /** Takes a grant back, once. */
    Optional<Frame> revoke(Grant grant) {
        Entry entry = entry(grant);
        if (entry == null || entry.revoked) {
            return Optional.empty();
        }
        entry.revoked = true;
        return Optional.of(new Frame.Revoked(grant));
    }

    void acknowledge(Grant grant) {
        Entry entry = entry(grant);
        if (entry != null) {
            entry.acknowledged = true;
        }
    }

    boolean remove(Grant grant) {
        return entries.removeIf(entry -> entry.grant.equals(grant));
    }

    void clear() {
        entries.clear();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Forgets what nobody can act on any more. */
    List<Grant> endLeases(long now) {
        List<Grant> over = new ArrayList<>(0);
        for (Entry entry : entries) {
            if (now - entry.over >= 0) {
                over.add(entry.grant);
            }
        }
        over.forEach(this::remove);
        return over;
    }

    /** All that the connector may hold or act on, told by whatever channel. */
    List<Grant> grants() {
        List<Grant> grants = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            grants.add(entry.grant);
        }
        return grants;
    }

    /** What the connector has acknowledged and need not give up. */
    List<Grant> confirmed() {
        return entries.stream()
                .filter(entry -> entry.acknowledged && !entry.revoked)
                .map(entry -> entry.grant)
                .toList();
    }

    /** The same as a hello would say it, had the connector got all that it was told. */
    List<Told> report() {
        List<Told> report = new ArrayList<>();
        entries.forEach(entry -> report.add(new Told(entry.grant, true)));
        for (Grant grant : highest) {
            if (!isTold(grant)) {
                report.add(new Told(grant, false));
            }
        }
        return report;
    }

    OptionalLong nextOver() {
        OptionalLong next = OptionalLong.empty();
        for (Entry entry : entries) {
            if (next.isEmpty() || entry.over - next.getAsLong() < 0) {
                next = OptionalLong.of(entry.over);
            }
        }
        return next;
    }

    private void remember(Grant grant) {
        int place = placeOf(grant);
        if (place < 0) {
            highest.add(grant);
        } else if (grant.term() > highest.get(place).term()) {
            highest.set(place, grant);
        }
    }

    private @Nullable Entry entry(Grant grant) {
        for (Entry entry : entries) {
            if (entry.grant.equals(grant)) {
                return entry;
            }
        }
        return null;
    }

    /** Where the slot of a grant stands among the highest, -1 if nothing is known of it. */
    private int placeOf(Grant grant) {
        for (int i = 0; i < highest.size(); i++) {
            Grant known = highest.get(i);
            if (known.slot() == grant.slot() && known.role().equals(grant.role())) {
                return i;
            }
        }
        return -1;
    }
}
