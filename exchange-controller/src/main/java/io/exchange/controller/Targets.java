package io.exchange.controller;

import io.exchange.api.Grant;
import io.exchange.controller.TargetChange.Kind;
import io.exchange.controller.primary.Presence;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.TargetRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** From records to what applications see of them: the target as it is, and what changed between two records. */
final class Targets {

    private Targets() {}

    static Target target(TargetRecord record) {
        return new Target(
                record.targetId(),
                record.version(),
                record.present().stream()
                        .map(session -> connector(record, session))
                        .toList());
    }

    private static Target.Connector connector(TargetRecord record, SessionRecord session) {
        return new Target.Connector(
                session.connectorId(),
                session.id(),
                session.attach().nodeId(),
                session.attach().channelId(),
                session.labels(),
                session.roles(),
                session.presence() == Presence.ATTACHED,
                session.healthy(),
                record.grants(session.id()));
    }

    /** The changes in the order in which they make sense: what comes first, then what holds, then what goes. */
    static List<TargetChange> changes(TargetRecord before, TargetRecord after) {
        List<TargetChange> changes = new ArrayList<>();
        Target old = target(before);
        Target now = target(after);
        if (old.connectors().isEmpty() && !now.connectors().isEmpty()) {
            changes.add(change(Kind.TARGET_CAME, after, Optional.empty(), Optional.empty()));
        }
        for (Target.Connector connector : now.connectors()) {
            kinds(find(old, connector.sessionId()), connector)
                    .forEach(kind -> changes.add(change(kind, after, Optional.of(connector), Optional.empty())));
        }
        addHolders(changes, before, after);
        for (Target.Connector connector : old.connectors()) {
            if (find(now, connector.sessionId()).isEmpty()) {
                changes.add(change(Kind.CONNECTOR_WENT, after, Optional.of(connector), Optional.empty()));
            }
        }
        if (!old.connectors().isEmpty() && now.connectors().isEmpty()) {
            changes.add(change(Kind.TARGET_WENT, after, Optional.empty(), Optional.empty()));
        }
        return changes;
    }

    private static List<Kind> kinds(Optional<Target.Connector> before, Target.Connector now) {
        List<Kind> kinds = new ArrayList<>();
        if (before.isEmpty()) {
            kinds.add(Kind.CONNECTOR_CAME);
            return kinds;
        }
        Target.Connector old = before.get();
        if (now.attached() && !(old.attached() && old.channelId().equals(now.channelId()))) {
            kinds.add(Kind.CHANNEL_CAME);
        } else if (!now.attached() && old.attached()) {
            kinds.add(Kind.CHANNEL_LOST);
        }
        if (now.healthy() != old.healthy()) {
            kinds.add(Kind.HEALTH_CHANGED);
        }
        return kinds;
    }

    private record Held(String sessionId, Grant grant) {}

    private static void addHolders(List<TargetChange> changes, TargetRecord before, TargetRecord after) {
        Set<Held> old = holders(before);
        Set<Held> now = holders(after);
        for (Held held : old) {
            if (!now.contains(held)) {
                changes.add(holderChange(Kind.RELEASED, after, held, target(before)));
            }
        }
        for (Held held : now) {
            if (!old.contains(held)) {
                changes.add(holderChange(Kind.GRANTED, after, held, target(after)));
            }
        }
    }

    private static TargetChange holderChange(Kind kind, TargetRecord after, Held held, Target in) {
        return change(kind, after, find(in, held.sessionId()), Optional.of(held.grant()));
    }

    private static Set<Held> holders(TargetRecord record) {
        Set<Held> held = new LinkedHashSet<>();
        for (SlotRecord slot : record.slots()) {
            slot.holder().ifPresent(tenure -> held.add(new Held(tenure.sessionId(), slot.grant(tenure))));
        }
        return held;
    }

    private static Optional<Target.Connector> find(Target in, String sessionId) {
        return in.connectors().stream()
                .filter(connector -> connector.sessionId().equals(sessionId))
                .findFirst();
    }

    private static TargetChange change(
            Kind kind, TargetRecord after, Optional<Target.Connector> connector, Optional<Grant> grant) {
        return new TargetChange(kind, after.targetId(), after.version(), connector, grant);
    }
}
