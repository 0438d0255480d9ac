package io.exchange.controller.primary;

import io.exchange.api.CloseReason;
import io.exchange.api.Grant;
import io.exchange.controller.primary.SessionRecord.Resume;
import io.exchange.controller.primary.SlotRecord.Tenure;
import io.exchange.protocol.Frame.Told;
import java.time.Duration;
import java.util.Optional;

/** The part of {@link Election} that takes a session in, and what its connector was told. */
final class Attaching {

    /** How far ahead of cluster time a reported term may be: more is a fault that would spoil the terms for good. */
    static final Duration FARTHEST_TERM = Duration.ofDays(1);

    private final ElectionRules rules;
    private final Draft draft;
    private final TargetEvent.Attached event;
    private final Attach attach;

    Attaching(ElectionRules rules, Draft draft, TargetEvent.Attached event) {
        this.rules = rules;
        this.draft = draft;
        this.event = event;
        this.attach = event.attach();
    }

    Optional<Verdict.Refused> run() {
        Optional<SessionRecord> known = draft.session(attach.sessionId());
        Optional<Verdict.Refused> refused = refusal(known);
        if (refused.isPresent()) {
            return refused;
        }
        if (known.isPresent() && known.get().attach().equals(attach)) {
            report(known.get());
            return Optional.empty();
        }
        draft.sessions().forEach(this::endReplaced);
        draft.put(known.map(this::again).orElseGet(this::first));
        dropWhatIsNotHeld();
        adoptTold();
        return Optional.empty();
    }

    private Optional<Verdict.Refused> refusal(Optional<SessionRecord> known) {
        long farthest = event.now() + FARTHEST_TERM.toMillis();
        if (event.told().stream().anyMatch(told -> told.grant().term() > farthest)) {
            return refused(CloseReason.Code.INVALID, "a term is more than a day ahead");
        }
        if (draft.sessions().stream().anyMatch(other -> isNewer(other) && hasChannel(other))) {
            return refused(CloseReason.Code.REPLACED, "a newer session of this connector is attached");
        }
        if (draft.sessions().stream().anyMatch(this::isNewer)) {
            // not final: after a restart with a clock that ran back, the newer one is that of the life before
            return refused(CloseReason.Code.SUPERSEDED, "a newer session of this connector has not ended yet");
        }
        if (known.isEmpty() || known.get().attach().equals(attach)) {
            return Optional.empty();
        }
        SessionRecord session = known.get();
        if (!session.connectorId().equals(attach.connectorId())) {
            return refused(CloseReason.Code.INVALID, "the session is one of another connector");
        }
        if (attach.number() <= session.attach().number()) {
            return refused(
                    CloseReason.Code.SUPERSEDED, "attach " + session.attach().number() + " is known");
        }
        // not final: a record that was lost and came back with an old token is put right by its node
        return session.resume().accepts(event.resumeShown())
                ? Optional.empty()
                : refused(CloseReason.Code.SUPERSEDED, "the resume token is not the last of this session");
    }

    private static Optional<Verdict.Refused> refused(CloseReason.Code code, String message) {
        return Optional.of(new Verdict.Refused(CloseReason.of(code, message)));
    }

    private boolean isNewer(SessionRecord other) {
        return other.connectorId().equals(attach.connectorId()) && other.id().compareTo(attach.sessionId()) > 0;
    }

    private static boolean hasChannel(SessionRecord session) {
        return session.presence() == Presence.ATTACHED || session.presence() == Presence.LEAVING;
    }

    private void endReplaced(SessionRecord other) {
        if (other.connectorId().equals(attach.connectorId()) && !other.id().equals(attach.sessionId())) {
            draft.put(other.withPresence(Presence.ENDED));
        }
    }

    private SessionRecord first() {
        return new SessionRecord(
                attach,
                Presence.ATTACHED,
                true,
                event.labels(),
                event.roles(),
                event.now(),
                0,
                new Resume(event.resumeNext(), event.resumeShown()));
    }

    private SessionRecord again(SessionRecord known) {
        return new SessionRecord(
                attach,
                Presence.ATTACHED,
                known.healthy(),
                event.labels(),
                event.roles(),
                known.joined(),
                known.revision(),
                new Resume(event.resumeNext(), event.resumeShown()));
    }

    /** A newer attach ignores all earlier channels, so what it does not hold now it cannot come to hold by them. */
    private void dropWhatIsNotHeld() {
        for (SlotRecord slot : draft.slots()) {
            for (Tenure tenure : slot.tenures()) {
                if (tenure.sessionId().equals(attach.sessionId())
                        && !event.told().contains(new Told(slot.grant(tenure), true))) {
                    draft.release(slot.grant(tenure), attach.sessionId());
                }
            }
        }
    }

    private void adoptTold() {
        for (Told told : event.told()) {
            if (isWithinBounds(told.grant())) {
                adopt(told);
            }
        }
    }

    /** What nobody can be given needs no memory, and a connector cannot make the record grow. */
    private boolean isWithinBounds(Grant grant) {
        return draft.slot(grant).isPresent()
                || (event.roles().contains(grant.role()) && grant.slot() < rules.slotsOf(grant.role()));
    }

    private void adopt(Told told) {
        Grant grant = told.grant();
        SlotRecord slot = draft.slotOrNew(grant.role(), grant.slot());
        boolean unheard = grant.term() > slot.term();
        slot = slot.withTerm(grant.term());
        if (told.held() && slot.tenure(attach.sessionId(), grant.term()).isEmpty()) {
            // a term that was overtaken, or that the record took for released, is only waited for
            slot = slot.with(new Tenure(attach.sessionId(), grant.term(), !unheard));
        }
        draft.put(slot);
    }

    private void report(SessionRecord known) {
        if (known.presence() == Presence.SUSPENDED) {
            draft.put(known.withPresence(Presence.ATTACHED));
        }
        for (Told told : event.told()) {
            boolean unheard = draft.slot(told.grant())
                    .map(slot -> told.grant().term() > slot.term())
                    .orElse(true);
            if (unheard && isWithinBounds(told.grant())) {
                adopt(told);
            }
        }
    }
}
