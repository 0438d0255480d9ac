package io.exchange.connector.primary;

import io.exchange.api.Grant;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Frame.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What one session of a connector holds, by the grants it was told. Confined to the context of the connector; reads no
 * clock and starts no timer: all times are those of the connector's monotonic clock, in nanoseconds; ask
 * {@link #nextStepDown()} and call {@link #due}.
 *
 * <p>A lease counts from when the heartbeat was sent that the grant or the acknowledgement names, and is over earlier by what
 * {@link #due} may be late. When it is over the slot is not held, whether or not {@link #due} was called; what is held
 * outlives the channel until then.
 *
 * <p>From a slot's highest term that it was ever told nothing leads back: a grant is taken only with a higher term, or
 * with that term while it is still held. Every grant that is not taken is answered with {@link Frame.RevokedAck}, so that
 * the slot is not kept for this session.
 *
 * <p>Each channel is named by the attach number of its hello. From that hello on, what comes by earlier channels counts
 * for nothing: the hello has said what is held, and the other end relies on it.
 */
public final class HeldGrants {

    private static final long LONGEST_LEASE_NANOS = Duration.ofDays(1).toNanos();

    private record Slot(String role, int number) {
        static Slot of(Grant grant) {
            return new Slot(grant.role(), grant.slot());
        }
    }

    /** The highest term that was told of a slot, and until when it is held. */
    private static final class Entry {
        private final Grant grant;
        private boolean held;
        private long until;

        private Entry(Grant grant) {
            this.grant = grant;
        }

        private boolean isHeld(long now) {
            return held && until - now > 0;
        }

        private void holdUntil(long next) {
            if (next - until > 0) {
                until = next;
            }
        }

        /** An empty lease is one that is over already, or that this session does not want. */
        private void take(OptionalLong lease, HeldStep.Draft step) {
            if (lease.isEmpty()) {
                step.send(new Frame.RevokedAck(grant));
                return;
            }
            held = true;
            until = lease.getAsLong();
            step.changed();
            step.send(new Frame.GrantedAck(grant));
        }

        private void stepDown(HeldStep.Draft step) {
            if (held) {
                held = false;
                step.changed();
                step.send(new Frame.RevokedAck(grant));
            }
        }
    }

    private final boolean releaseOnClose;
    private final long latenessNanos;
    private final Map<Slot, Entry> slots = new LinkedHashMap<>();
    private final SentHeartbeats heartbeats = new SentHeartbeats();
    private long attachNumber = -1;
    private boolean attached;
    private boolean left;

    /**
     * A session that holds nothing and was told nothing.
     *
     * @param releaseOnClose whether it steps down with its channel, as both ends must have agreed
     * @param latenessNanos how late {@link #due} may be called; each lease ends that much earlier, for the application to
     *     hear of it before the lease is over
     */
    public HeldGrants(boolean releaseOnClose, long latenessNanos) {
        this.releaseOnClose = releaseOnClose;
        this.latenessNanos = latenessNanos;
    }

    /**
     * The session attaches: the hello, heartbeat 0 of the new channel, is sent now and says what this returns.
     *
     * @param number the attach number of the hello, higher than all before
     * @param now when the hello is sent, or a little before
     * @return the highest term that was told of each slot, and whether it is held
     */
    public List<Told> attach(long number, long now) {
        if (number <= attachNumber) {
            throw new IllegalArgumentException("attach " + number + " after " + attachNumber);
        }
        attachNumber = number;
        attached = true;
        heartbeats.clear();
        heartbeats.add(0, now);
        List<Told> told = new ArrayList<>();
        slots.values().forEach(entry -> told.add(new Told(entry.grant, entry.isHeld(now))));
        return told;
    }

    /**
     * A heartbeat is sent.
     *
     * @param number its number, from 1 on each channel
     * @param now when it is sent, or a little before
     */
    public void heartbeatSent(long number, long now) {
        heartbeats.add(number, now);
    }

    /**
     * The controller grants a slot or tells it again.
     *
     * @param attach the attach number of the channel by which it came
     * @param frame what came
     * @param now now
     * @return what to do
     */
    public HeldStep granted(long attach, Frame.Granted frame, long now) {
        if (!isCurrent(attach)) {
            return HeldStep.NONE;
        }
        HeldStep.Draft step = new HeldStep.Draft();
        endLeases(now, step);
        Grant grant = frame.grant();
        OptionalLong until = leaseEnd(frame.heartbeat(), frame.leaseNanos(), now);
        Entry known = slots.get(Slot.of(grant));
        if (known != null && known.held && known.grant.equals(grant)) {
            until.ifPresent(known::holdUntil);
            step.send(new Frame.GrantedAck(grant));
        } else if (known == null || grant.term() > known.grant.term()) {
            overtake(grant, step).take(left ? OptionalLong.empty() : until, step);
        } else {
            step.send(new Frame.RevokedAck(grant));
        }
        return step.finish(attached);
    }

    /**
     * The controller answers a heartbeat: renews all that is held.
     *
     * @param attach the attach number of the channel by which it came
     * @param frame what came
     * @param now now
     * @return what to do
     */
    public HeldStep heartbeatAck(long attach, Frame.HeartbeatAck frame, long now) {
        if (!isCurrent(attach)) {
            return HeldStep.NONE;
        }
        HeldStep.Draft step = new HeldStep.Draft();
        endLeases(now, step);
        leaseEnd(frame.number(), frame.leaseNanos(), now).ifPresent(until -> {
            for (Entry entry : slots.values()) {
                if (entry.held) {
                    entry.holdUntil(until);
                }
            }
        });
        heartbeats.forgetBefore(frame.number());
        return step.finish(attached);
    }

    /**
     * The controller takes a slot back.
     *
     * @param attach the attach number of the channel by which it came
     * @param frame what came
     * @param now now
     * @return what to do
     */
    public HeldStep revoked(long attach, Frame.Revoked frame, long now) {
        if (!isCurrent(attach)) {
            return HeldStep.NONE;
        }
        HeldStep.Draft step = new HeldStep.Draft();
        endLeases(now, step);
        Grant grant = frame.grant();
        Entry known = slots.get(Slot.of(grant));
        if (known == null || grant.term() > known.grant.term()) {
            known = overtake(grant, step);
        }
        if (known.held && known.grant.equals(grant)) {
            known.stepDown(step);
        } else {
            step.send(new Frame.RevokedAck(grant));
        }
        return step.finish(attached);
    }

    /**
     * The channel is gone. What is held stays until its lease is over, unless it is agreed that it goes with the channel.
     *
     * @param attach the attach number of the channel
     * @param now now
     * @return what to do
     */
    public HeldStep channelLost(long attach, long now) {
        if (!isCurrent(attach)) {
            return HeldStep.NONE;
        }
        attached = false;
        HeldStep.Draft step = new HeldStep.Draft();
        endLeases(now, step);
        if (releaseOnClose) {
            slots.values().forEach(entry -> entry.stepDown(step));
        }
        return step.finish(false);
    }

    /**
     * The session is about to end: before it says good-bye, and when it is told a good-bye that is final. It takes nothing
     * from then on.
     *
     * @param now now
     * @return what to do, before the good-bye is sent or acknowledged
     */
    public HeldStep leave(long now) {
        left = true;
        HeldStep.Draft step = new HeldStep.Draft();
        endLeases(now, step);
        slots.values().forEach(entry -> entry.stepDown(step));
        return step.finish(attached);
    }

    /**
     * Time has passed: steps down from what is over.
     *
     * @param now now
     * @return what to do
     */
    public HeldStep due(long now) {
        HeldStep.Draft step = new HeldStep.Draft();
        endLeases(now, step);
        return step.finish(attached);
    }

    /**
     * When {@link #due} must be called next. Renewals move it back only, so that one timer is enough that is started
     * again when it fires.
     *
     * @return the end here of the lease that ends first; empty if nothing is held
     */
    public OptionalLong nextStepDown() {
        OptionalLong next = OptionalLong.empty();
        for (Entry entry : slots.values()) {
            if (entry.held && (next.isEmpty() || entry.until - next.getAsLong() < 0)) {
                next = OptionalLong.of(entry.until);
            }
        }
        return next;
    }

    /**
     * The complete set of what is held.
     *
     * @param now now
     * @return grants whose lease is not over
     */
    public Set<Grant> held(long now) {
        Set<Grant> held = new LinkedHashSet<>();
        for (Entry entry : slots.values()) {
            if (entry.isHeld(now)) {
                held.add(entry.grant);
            }
        }
        return held;
    }

    /**
     * Whether what comes with a term is to be refused because a higher one is known.
     *
     * @param grant a slot and a term that somebody shows
     * @return whether this session was told a higher term of that slot
     */
    public boolean isStale(Grant grant) {
        Entry known = slots.get(Slot.of(grant));
        return known != null && grant.term() < known.grant.term();
    }

    private boolean isCurrent(long attach) {
        return attached && attach == attachNumber;
    }

    private OptionalLong leaseEnd(long heartbeat, long leaseNanos, long now) {
        OptionalLong sentAt = heartbeats.sentAt(heartbeat);
        if (sentAt.isEmpty() || leaseNanos <= 0) {
            return OptionalLong.empty();
        }
        long until = sentAt.getAsLong() + Math.min(leaseNanos, LONGEST_LEASE_NANOS) - latenessNanos;
        return until - now > 0 ? OptionalLong.of(until) : OptionalLong.empty();
    }

    /** A higher term ends what was held under a lower one, whoever gets it. */
    private Entry overtake(Grant grant, HeldStep.Draft step) {
        Entry lower = slots.get(Slot.of(grant));
        if (lower != null) {
            lower.stepDown(step);
        }
        Entry entry = new Entry(grant);
        slots.put(Slot.of(grant), entry);
        return entry;
    }

    private void endLeases(long now, HeldStep.Draft step) {
        for (Entry entry : slots.values()) {
            if (!entry.isHeld(now)) {
                entry.stepDown(step);
            }
        }
    }
}
