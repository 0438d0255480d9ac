package io.exchange.controller.primary;

import io.exchange.api.Grant;
import io.exchange.api.Roles;
import io.exchange.protocol.Frame.Told;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Events as tests like to write them. A session "s1b" is one of connector "s1". */
final class Events {

    static final long NOW = 1_700_000_000_000L;
    static final TargetRecord UNKNOWN = TargetRecord.unknown("gw");

    private Events() {}

    static Attach attach(String session, long number) {
        String connector = session.substring(0, Math.min(2, session.length()));
        return new Attach(session, connector, number, "channel-" + session + "-" + number, "node");
    }

    static TargetEvent.Attached attached(String session, long number, Told... told) {
        return attached(session, number, Set.of(Roles.PRIMARY), told);
    }

    static TargetEvent.Attached attached(String session, long number, Set<String> roles, Told... told) {
        return new TargetEvent.Attached(attach(session, number), Map.of(), roles, List.of(told), "", "", NOW);
    }

    static Told held(long term) {
        return new Told(primary(term), true);
    }

    static Told notHeld(long term) {
        return new Told(primary(term), false);
    }

    static Grant primary(long term) {
        return new Grant(Roles.PRIMARY, 0, term);
    }

    static TargetRecord after(TargetEvent... events) {
        return after(UNKNOWN, ElectionRules.DEFAULT, events);
    }

    static TargetRecord after(TargetRecord record, ElectionRules rules, TargetEvent... events) {
        TargetRecord next = record;
        for (TargetEvent event : events) {
            Verdict verdict = Election.step(next, event, rules);
            if (!(verdict instanceof Verdict.Accepted accepted)) {
                throw new AssertionError(event + ": " + verdict);
            }
            next = accepted.record();
        }
        return next;
    }

    static TargetRecord then(TargetRecord record, TargetEvent... events) {
        return after(record, ElectionRules.DEFAULT, events);
    }

    /** The grant of the one slot of the default role. */
    static Grant grant(TargetRecord record) {
        SlotRecord slot = record.slot(Roles.PRIMARY, 0).orElseThrow();
        return slot.grant(slot.holder().orElseThrow());
    }

    static List<String> holders(TargetRecord record) {
        return record.holders(Roles.PRIMARY).stream().map(SessionRecord::id).toList();
    }
}
