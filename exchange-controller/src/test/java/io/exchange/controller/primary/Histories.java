package io.exchange.controller.primary;

import io.exchange.api.Grant;
import io.exchange.api.Roles;
import io.exchange.protocol.Frame.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Any events at all, sensible or not, for properties that hold whatever happens. */
final class Histories {

    static final ElectionRules RULES = new ElectionRules(Map.of(Roles.PRIMARY, 2), 1, true);

    private final Random random;
    private long now = Events.NOW;

    Histories(long seed) {
        this.random = new Random(seed);
    }

    /** Lets so many events happen to a record; those that are refused change nothing. */
    List<TargetRecord> after(TargetRecord start, int events) {
        List<TargetRecord> history = new ArrayList<>(List.of(start));
        for (int i = 0; i < events; i++) {
            TargetRecord last = history.get(history.size() - 1);
            if (Election.step(last, any(last), RULES) instanceof Verdict.Accepted accepted) {
                history.add(accepted.record());
            }
        }
        return history;
    }

    TargetRecord some() {
        List<TargetRecord> history = after(TargetRecord.unknown("gw"), random.nextInt(25));
        return history.get(history.size() - 1);
    }

    TargetRecord later(TargetRecord start) {
        List<TargetRecord> history = after(start, random.nextInt(12));
        return history.get(history.size() - 1);
    }

    TargetEvent any(TargetRecord record) {
        now += random.nextInt(5);
        String session = "s" + (1 + random.nextInt(3)) + (random.nextBoolean() ? "a" : "b");
        long number = random.nextInt(3);
        Grant grant = anyGrant(record);
        return switch (random.nextInt(13)) {
            case 0, 1, 2 -> attached(session, number, record);
            case 3 -> new TargetEvent.Suspended(session, number, now);
            case 4 -> new TargetEvent.Leaving(session, number, now);
            case 5 -> new TargetEvent.Ended(session, number, now);
            case 6 -> new TargetEvent.Released(grant, holderOf(grant, record, session), now);
            case 7 -> new TargetEvent.LeaseOver(grant, holderOf(grant, record, session), number, now);
            case 8 -> new TargetEvent.HealthChanged(session, number, random.nextBoolean(), now);
            case 9 -> new TargetEvent.RolesChanged(session, number, roles(), now);
            case 10 -> new TargetEvent.MoveRequested(grant, now);
            case 11 ->
                random.nextBoolean()
                        ? new TargetEvent.NodeLost("node", now)
                        : new TargetEvent.NodeLeaseOver("node", now);
            default -> new TargetEvent.Swept(now);
        };
    }

    private TargetEvent attached(String session, long number, TargetRecord record) {
        List<Told> told = random.nextBoolean()
                ? record.grants(session).stream()
                        .map(grant -> new Told(grant, random.nextBoolean()))
                        .toList()
                : List.of(new Told(anyGrant(record), random.nextBoolean()));
        return new TargetEvent.Attached(Events.attach(session, number), Map.of(), roles(), told, "", "", now);
    }

    private Set<String> roles() {
        return random.nextInt(4) == 0 ? Set.of("other") : Set.of(Roles.PRIMARY, "other");
    }

    private Grant anyGrant(TargetRecord record) {
        List<Grant> grants = new ArrayList<>();
        record.slots().forEach(slot -> slot.tenures().forEach(tenure -> grants.add(slot.grant(tenure))));
        return grants.isEmpty() || random.nextInt(5) == 0
                ? new Grant(Roles.PRIMARY, random.nextInt(3), now - random.nextInt(10))
                : grants.get(random.nextInt(grants.size()));
    }

    private String holderOf(Grant grant, TargetRecord record, String otherwise) {
        return record.slot(grant.role(), grant.slot())
                .flatMap(slot -> slot.tenures().stream()
                        .filter(tenure -> tenure.term() == grant.term())
                        .findFirst())
                .map(SlotRecord.Tenure::sessionId)
                .orElse(otherwise);
    }
}
