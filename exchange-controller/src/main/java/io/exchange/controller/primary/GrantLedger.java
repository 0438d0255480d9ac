package io.exchange.controller.primary;

import io.exchange.api.Grant;
import io.exchange.protocol.Frame;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a node owes for one attach of a session: what it told the connector, until when that may be acted upon, and what
 * the record must hear of it. Confined to the event loop of the channel, which goes on with it when the channel is gone;
 * reads no clock and starts no timer: ask {@link #nextDeadline()} and call {@link #due}.
 *
 * <p>Nothing here trusts that an event came: what to tell and what to submit always follows from the last record and from
 * what was told, so that calling anything once more does no harm and heals what got lost.
 */
public final class GrantLedger {

    private final TargetEvent.Attached attached;
    private final Attach attach;
    private final LeaseTerms terms;
    private final ToldGrants told;
    private LedgerPhase phase = LedgerPhase.OPEN;
    private TargetRecord record;
    private List<Grant> sure;
    private Set<String> roles;
    private Optional<Boolean> healthy = Optional.empty();
    private long settling;
    private long settledAt;

    /**
     * The ledger of an attach that was accepted by a node that is alone.
     *
     * @param attached what was submitted
     * @param record what came of it
     * @param leaseNanos the longest that anything is granted for
     * @param releaseOnClose whether the connector steps down with its channel, as both ends must have agreed
     * @param now now, not before the hello came
     */
    public GrantLedger(
            TargetEvent.Attached attached, TargetRecord record, long leaseNanos, boolean releaseOnClose, Moment now) {
        this(attached, record, LeaseTerms.alone(leaseNanos, releaseOnClose), now);
    }

    /**
     * The ledger of an attach that was accepted. Call {@link #due} next, as soon as the hello was answered.
     *
     * @param attached what was submitted
     * @param record what came of it
     * @param terms what the nodes agree on
     * @param now now, not before the hello came
     */
    public GrantLedger(TargetEvent.Attached attached, TargetRecord record, LeaseTerms terms, Moment now) {
        this.attached = attached;
        this.attach = attached.attach();
        this.record = record;
        this.sure = record.grants(attach.sessionId());
        this.roles = attached.roles();
        this.terms = terms;
        this.told = new ToldGrants(attached.told(), terms.leaseNanos(), now.nanos());
        watchSettling(now);
    }

    /**
     * The attach that this is the ledger of.
     *
     * @return session, connector, number, channel, node
     */
    public Attach attach() {
        return attach;
    }

    /**
     * The record is, or may be, another one. A hint: one that is not newer than the last changes nothing, so that an
     * answer never leads to the same question again.
     *
     * @param next the record
     * @param now now
     * @return what to do
     */
    public LedgerStep reconcile(TargetRecord next, Moment now) {
        LedgerStep.Draft step = new LedgerStep.Draft();
        endLeases(now, step);
        if (next.version() > record.version()) {
            record = next;
            compare(now, step);
        }
        return step.finish(isOpen());
    }

    /**
     * The record was read where it is kept. One older than the last has forgotten something, and is told.
     *
     * @param read the record
     * @param now now
     * @return what to do
     */
    public LedgerStep audit(TargetRecord read, Moment now) {
        boolean forgot = read.version() < record.version();
        record = read;
        if (!forgot || phase != LedgerPhase.OPEN) {
            return due(now);
        }
        LedgerStep.Draft step = new LedgerStep.Draft();
        step.submit(attached.withRoles(roles).reporting(told.report(), now.clusterMillis()));
        return step.finish(true);
    }

    /**
     * The record was written where it is kept and where its backup is, so that the loss of one node cannot undo what it gives.
     *
     * @param written the record
     * @param now now
     * @return what to do
     */
    public LedgerStep confirmed(TargetRecord written, Moment now) {
        sure = written.grants(attach.sessionId());
        if (written.version() > record.version()) {
            record = written;
        }
        return due(now);
    }

    /**
     * A heartbeat came: it renews what the connector was told and is not to give up.
     *
     * @param frame the heartbeat
     * @param now now
     * @return what to do; the acknowledgement goes before grants that answer this heartbeat, and after revokes
     */
    public LedgerStep heartbeat(Frame.Heartbeat frame, Moment now) {
        LedgerStep.Draft step = new LedgerStep.Draft();
        endLeases(now, step);
        step.send(told.renew(frame.number(), now));
        compare(now, step);
        return step.finish(isOpen());
    }

    /**
     * The connector has taken a slot.
     *
     * @param frame its acknowledgement
     */
    public void grantedAck(Frame.GrantedAck frame) {
        told.acknowledge(frame.grant());
    }

    /**
     * The connector does not hold a slot, because it was told so, or its lease ended, or it would not take it.
     *
     * @param frame its acknowledgement
     * @param now now
     * @return what to do
     */
    public LedgerStep revokedAck(Frame.RevokedAck frame, Moment now) {
        LedgerStep.Draft step = new LedgerStep.Draft();
        if (told.remove(frame.grant())) {
            step.submit(new TargetEvent.Released(frame.grant(), attach.sessionId(), now.clusterMillis()));
        }
        return step.finish(isOpen());
    }

    /**
     * The connector can take other roles.
     *
     * @param frame what it said
     * @param now now
     * @return what to do
     */
    public LedgerStep roles(Frame.Roles frame, Moment now) {
        roles = Set.copyOf(frame.roles());
        return due(now);
    }

    /**
     * The session was checked.
     *
     * @param isHealthy whether it is well
     * @param now now
     * @return what to do
     */
    public LedgerStep checked(boolean isHealthy, Moment now) {
        healthy = Optional.of(isHealthy);
        return due(now);
    }

    /**
     * The connector said good-bye, having stepped down from all that it held.
     *
     * @param now now
     * @return what to do
     */
    public LedgerStep goodBye(Moment now) {
        if (phase == LedgerPhase.OPEN) {
            phase = LedgerPhase.LEAVING;
            told.clear();
        }
        return due(now);
    }

    /**
     * The channel is gone. After a good-bye the session has ended with it.
     *
     * @param byConnector whether the connector was seen to close it, which releases what it held if that is agreed
     * @param now now
     * @return what to do
     */
    public LedgerStep channelClosed(boolean byConnector, Moment now) {
        if (phase == LedgerPhase.LEAVING) {
            phase = LedgerPhase.ENDED;
        } else if (phase == LedgerPhase.OPEN) {
            phase = LedgerPhase.LOST;
        }
        if (terms.releaseOnClose() && byConnector) {
            told.clear();
        }
        return due(now);
    }

    /**
     * The session has ended: its grace is over, or this end gave it up. What it may hold is still waited for.
     *
     * @param now now
     * @return what to do
     */
    public LedgerStep end(Moment now) {
        if (phase != LedgerPhase.SUPERSEDED) {
            phase = LedgerPhase.ENDED;
        }
        return due(now);
    }

    /**
     * Time has passed, or the periodic look is due.
     *
     * @param now now
     * @return what to do
     */
    public LedgerStep due(Moment now) {
        LedgerStep.Draft step = new LedgerStep.Draft();
        endLeases(now, step);
        compare(now, step);
        return step.finish(isOpen());
    }

    /**
     * When {@link #due} must be called next. Renewals move it back only, so that one timer is enough that is started
     * again when it fires.
     *
     * @return a time of the node's monotonic clock; empty if nothing is waited for
     */
    public OptionalLong nextDeadline() {
        OptionalLong over = told.nextOver();
        if (settling == 0 || (over.isPresent() && over.getAsLong() - settledAt < 0)) {
            return over;
        }
        return OptionalLong.of(settledAt);
    }

    /**
     * Whether this ledger has nothing more to say, so that the node may drop it.
     *
     * @return whether the session has gone from this node and nothing of it is in the record
     */
    public boolean isDone() {
        boolean recorded = record.session(attach.sessionId())
                .filter(session -> session.attach().equals(attach))
                .isPresent();
        return phase == LedgerPhase.SUPERSEDED || (phase == LedgerPhase.ENDED && told.isEmpty() && !recorded);
    }

    /**
     * What the connector has taken.
     *
     * @return grants that it acknowledged and was not told to give up
     */
    public List<Grant> confirmed() {
        return told.confirmed();
    }

    /**
     * Whether the session is well, as the record says that was compared last. What this node finds itself goes there by
     * {@link #checked}.
     *
     * @return whether it is
     */
    public boolean isHealthy() {
        return record.session(attach.sessionId()).map(SessionRecord::healthy).orElse(true);
    }

    private boolean isOpen() {
        return phase.isOpen();
    }

    private void endLeases(Moment now, LedgerStep.Draft step) {
        for (Grant grant : told.endLeases(now.nanos())) {
            step.send(new Frame.Revoked(grant));
            step.submit(leaseOver(grant, now));
        }
        if (settling != 0 && now.nanos() - settledAt >= 0) {
            settledAt = now.nanos() + LeaseTerms.surely(terms.settleNanos());
            step.submit(new TargetEvent.Settled(settling, now.clusterMillis()));
        }
    }

    private void compare(Moment now, LedgerStep.Draft step) {
        watchSettling(now);
        phase = new Comparing(attached.withRoles(roles), healthy, record, told, now, step)
                .run(phase, grant -> !terms.confirms() || sure.contains(grant));
    }

    private TargetEvent leaseOver(Grant grant, Moment now) {
        return new TargetEvent.LeaseOver(grant, attach.sessionId(), attach.number(), now.clusterMillis());
    }

    private void watchSettling(Moment now) {
        if (record.settling() != settling) {
            settling = record.settling();
            settledAt = now.nanos() + LeaseTerms.surely(terms.settleNanos());
        }
    }
}
