package io.exchange.controller.primary;

import io.exchange.api.CloseReason;
import io.exchange.api.Grant;
import io.exchange.controller.primary.SlotRecord.Tenure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The part of {@link GrantLedger} that holds the record against what the node knows: the record decides who holds what,
 * the node that has the channel decides everything else about its session.
 */
final class Comparing {

    private final TargetEvent.Attached attached;
    private final Attach attach;
    private final Optional<Boolean> healthy;
    private final TargetRecord record;
    private final ToldGrants told;
    private final Moment now;
    private final LedgerStep.Draft step;

    Comparing(
            TargetEvent.Attached attached,
            Optional<Boolean> healthy,
            TargetRecord record,
            ToldGrants told,
            Moment now,
            LedgerStep.Draft step) {
        this.attached = attached;
        this.attach = attached.attach();
        this.healthy = healthy;
        this.record = record;
        this.told = told;
        this.now = now;
        this.step = step;
    }

    /** Collects what is to be done, and says where the attach stands then. What is not sure is not told yet. */
    LedgerPhase run(LedgerPhase phase, Predicate<Grant> isSure) {
        Optional<SessionRecord> mine = record.session(attach.sessionId());
        long known = mine.map(session -> session.attach().number()).orElse(-1L);
        if (phase == LedgerPhase.SUPERSEDED || known > attach.number()) {
            return supersede(phase);
        }
        if (phase.isOpen() && record.sessions().stream().anyMatch(this::replaces)) {
            step.close(CloseReason.Code.REPLACED, "a newer session of this connector has attached");
        } else if (phase == LedgerPhase.OPEN && (known < attach.number() || isSuspended(mine))) {
            step.submit(attached.reporting(told.report(), now.clusterMillis()));
            return phase;
        }
        mine.filter(session -> known == attach.number()).ifPresent(session -> comparePresence(session, phase));
        compareTenures(known == attach.number(), isSure, phase);
        return phase;
    }

    private LedgerPhase supersede(LedgerPhase phase) {
        if (phase.isOpen()) {
            step.close(CloseReason.Code.SUPERSEDED, "the session has attached again");
        }
        told.clear();
        return LedgerPhase.SUPERSEDED;
    }

    private boolean replaces(SessionRecord other) {
        return other.connectorId().equals(attach.connectorId()) && other.id().compareTo(attach.sessionId()) > 0;
    }

    private static boolean isSuspended(Optional<SessionRecord> session) {
        return session.filter(known -> known.presence() == Presence.SUSPENDED).isPresent();
    }

    private void comparePresence(SessionRecord session, LedgerPhase phase) {
        String id = attach.sessionId();
        long number = attach.number();
        boolean isAttached = session.presence() == Presence.ATTACHED;
        if (phase == LedgerPhase.OPEN) {
            compareHealthAndRoles(session);
        } else if (phase == LedgerPhase.LEAVING && isAttached) {
            step.submit(new TargetEvent.Leaving(id, number, now.clusterMillis()));
        } else if (phase == LedgerPhase.LOST && isAttached) {
            step.submit(new TargetEvent.Suspended(id, number, now.clusterMillis()));
        } else if (phase == LedgerPhase.ENDED && session.presence() != Presence.ENDED) {
            step.submit(new TargetEvent.Ended(id, number, now.clusterMillis()));
        }
    }

    private void compareHealthAndRoles(SessionRecord session) {
        String id = attach.sessionId();
        long number = attach.number();
        healthy.filter(checked -> checked != session.healthy())
                .ifPresent(checked ->
                        step.submit(new TargetEvent.HealthChanged(id, number, checked, now.clusterMillis())));
        if (!session.roles().equals(attached.roles())) {
            step.submit(new TargetEvent.RolesChanged(id, number, attached.roles(), now.clusterMillis()));
        }
    }

    private void compareTenures(boolean isKnown, Predicate<Grant> isSure, LedgerPhase phase) {
        List<Grant> recorded = new ArrayList<>(1);
        for (SlotRecord slot : record.slots()) {
            for (Tenure tenure : slot.tenures()) {
                if (isKnown && tenure.sessionId().equals(attach.sessionId())) {
                    recorded.add(slot.grant(tenure));
                    compareTenure(slot.grant(tenure), tenure.revoking(), isSure, phase);
                }
            }
        }
        for (Grant grant : told.grants()) {
            if (!recorded.contains(grant)) {
                told.revoke(grant).ifPresent(step::send);
            }
        }
    }

    private void compareTenure(Grant grant, boolean revoking, Predicate<Grant> isSure, LedgerPhase phase) {
        boolean isTold = told.isTold(grant);
        boolean mayTell = phase == LedgerPhase.OPEN && !revoking && (isTold || !told.isOvertaken(grant));
        if (mayTell && !isTold && !isSure.test(grant)) {
            step.confirm();
        } else if (mayTell) {
            told.tell(grant, now).ifPresent(step::send);
        } else if (isTold && revoking) {
            told.revoke(grant).ifPresent(step::send);
        } else if (!isTold) {
            step.submit(new TargetEvent.LeaseOver(grant, attach.sessionId(), attach.number(), now.clusterMillis()));
        }
    }
}
