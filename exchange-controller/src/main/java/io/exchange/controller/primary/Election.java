package io.exchange.controller.primary;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The step from one record of a target to the next. Pure: the same record, event and rules give the same verdict on
 * every node, and no clock is read.
 *
 * <p>What it guarantees, as long as each record is made from the one before it: terms of a slot only grow; a slot is
 * given only when no earlier holder of it is left, and one is gone only when it said so, or its lease is over, or a newer
 * attach of its session says that it does not hold; no two slots of a role are given to one connector.
 */
public final class Election implements TargetEventReceiver<Optional<Verdict.Refused>> {

    private final ElectionRules rules;
    private final Draft draft;

    private Election(ElectionRules rules, Draft draft) {
        this.rules = rules;
        this.draft = draft;
    }

    /**
     * Applies an event.
     *
     * @param record the record as it is
     * @param event what happened
     * @param rules how many slots each role has
     * @return the next record, or a refusal
     */
    public static Verdict step(TargetRecord record, TargetEvent event, ElectionRules rules) {
        Draft draft = new Draft(record);
        Optional<Verdict.Refused> refused = event.deliverTo(new Election(rules, draft));
        if (refused.isPresent()) {
            return refused.get();
        }
        new Filling(rules, draft, event.now()).run();
        return new Verdict.Accepted(record, draft.finish(event.now()));
    }

    @Override
    public Optional<Verdict.Refused> attached(TargetEvent.Attached event) {
        return new Attaching(rules, draft, event).run();
    }

    @Override
    public Optional<Verdict.Refused> suspended(TargetEvent.Suspended event) {
        return change(event.sessionId(), event.attachNumber(), session -> suspended(session));
    }

    private static SessionRecord suspended(SessionRecord session) {
        return session.presence() == Presence.ENDED ? session : session.withPresence(Presence.SUSPENDED);
    }

    @Override
    public Optional<Verdict.Refused> leaving(TargetEvent.Leaving event) {
        draft.session(event.sessionId(), event.attachNumber()).ifPresent(session -> {
            draft.releaseAll(session.id());
            if (session.presence() != Presence.ENDED) {
                draft.put(session.withPresence(Presence.LEAVING));
            }
        });
        return Optional.empty();
    }

    @Override
    public Optional<Verdict.Refused> ended(TargetEvent.Ended event) {
        return change(event.sessionId(), event.attachNumber(), session -> session.withPresence(Presence.ENDED));
    }

    @Override
    public Optional<Verdict.Refused> released(TargetEvent.Released event) {
        draft.release(event.grant(), event.sessionId());
        return Optional.empty();
    }

    @Override
    public Optional<Verdict.Refused> leaseOver(TargetEvent.LeaseOver event) {
        draft.session(event.sessionId(), event.attachNumber())
                .ifPresent(session -> draft.release(event.grant(), session.id()));
        return Optional.empty();
    }

    @Override
    public Optional<Verdict.Refused> healthChanged(TargetEvent.HealthChanged event) {
        return change(event.sessionId(), event.attachNumber(), session -> session.withHealthy(event.healthy()));
    }

    @Override
    public Optional<Verdict.Refused> rolesChanged(TargetEvent.RolesChanged event) {
        return change(event.sessionId(), event.attachNumber(), session -> session.withRoles(event.roles()));
    }

    @Override
    public Optional<Verdict.Refused> moveRequested(TargetEvent.MoveRequested event) {
        draft.slot(event.grant())
                .filter(slot ->
                        new Filling(rules, draft, event.now()).candidate(slot).isPresent())
                .ifPresent(slot -> slot.holder()
                        .filter(holder -> holder.term() == event.grant().term())
                        .ifPresent(holder ->
                                draft.put(slot.revoking(holder).withMovedFrom(Optional.of(holder.sessionId())))));
        return Optional.empty();
    }

    @Override
    public Optional<Verdict.Refused> nodeLost(TargetEvent.NodeLost event) {
        for (SessionRecord session : draft.sessions()) {
            if (session.attach().nodeId().equals(event.nodeId())) {
                draft.put(suspended(session));
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Verdict.Refused> nodeLeaseOver(TargetEvent.NodeLeaseOver event) {
        for (SessionRecord session : draft.sessions()) {
            boolean gone = session.presence() == Presence.SUSPENDED || session.presence() == Presence.ENDED;
            if (gone && session.attach().nodeId().equals(event.nodeId())) {
                draft.releaseAll(session.id());
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Verdict.Refused> settled(TargetEvent.Settled event) {
        if (event.settling() == draft.settling()) {
            draft.settle();
        }
        return Optional.empty();
    }

    @Override
    public Optional<Verdict.Refused> swept(TargetEvent.Swept event) {
        return Optional.empty();
    }

    private Optional<Verdict.Refused> change(String sessionId, long attachNumber, UnaryOperator<SessionRecord> change) {
        draft.session(sessionId, attachNumber).map(change).ifPresent(draft::put);
        return Optional.empty();
    }
}
