package io.exchange.controller.route;

import io.exchange.api.Delivery;
import io.exchange.api.Grant;
import io.exchange.api.Route;
import io.exchange.channel.Session;
import io.exchange.controller.accept.LocalSession;
import io.exchange.controller.accept.LocalSessions;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.primary.Presence;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.protocol.Frame;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Looks up where a command can go: on this node first, else by the record of its target. Safe for any thread. */
final class Ways {

    private final String nodeId;
    private final Directory directory;
    private final LocalSessions sessions;
    private final Function<String, Optional<Session>> links;
    private final Loads loads;

    Ways(
            String nodeId,
            Directory directory,
            LocalSessions sessions,
            Function<String, Optional<Session>> links,
            Loads loads) {
        this.nodeId = nodeId;
        this.directory = directory;
        this.sessions = sessions;
        this.links = links;
        this.loads = loads;
    }

    /** The way of a command that may go to any session that fits its route. */
    Way find(String targetId, Route route, Delivery delivery) {
        if (route instanceof Route.Holder holder) {
            return toHolder(targetId, holder.role(), delivery);
        }
        String connectorId = route instanceof Route.Connector connector ? connector.connectorId() : null;
        return toAny(targetId, connectorId, delivery);
    }

    private Way toAny(String targetId, @Nullable String connectorId, Delivery delivery) {
        LocalSession ready = null;
        LocalSession suspended = null;
        for (LocalSession candidate : sessions.ofTarget(targetId)) {
            if (connectorId != null && !connectorId.equals(candidate.connectorId())) {
                continue;
            }
            if (candidate.isReady()) {
                if (ready == null
                        || candidate.session().load() < ready.session().load()) {
                    ready = candidate;
                }
            } else if (candidate.isSuspended()) {
                suspended = candidate;
            }
        }
        if (ready != null && (connectorId != null || ready.hasRoom() || directory.isHere())) {
            return here(ready.session(), null); // where all records are here, there is no other node
        }
        Way elsewhere = elsewhere(directory.lookup(targetId), connectorId, delivery);
        if (ready != null) {
            return fewerInFlight(ready.session(), elsewhere);
        }
        return suspended == null || elsewhere instanceof Way.By ? elsewhere : here(suspended.session(), null);
    }

    /** What other nodes have sent to a session of theirs is not known here, so of equals that of this node is taken. */
    private Way fewerInFlight(Session here, Way elsewhere) {
        return elsewhere instanceof Way.By by && loads.of(by.sessionId()) < here.load()
                ? by.counted()
                : here(here, null);
    }

    /** The way to the session of this node that has fewest, whether or not it has room. */
    Way toAnyHere(String targetId) {
        return sessions.ofTarget(targetId).stream()
                .filter(LocalSession::isReady)
                .map(LocalSession::session)
                .min(Comparator.comparingInt(Session::load))
                .map(session -> here(session, null))
                .orElse(Way.NOWHERE);
    }

    private static Way here(Session session, @Nullable Grant fence) {
        return new Way.By(session, session.id(), null, fence, false);
    }

    private Way elsewhere(TargetRecord record, @Nullable String connectorId, Delivery delivery) {
        List<Way.By> reachable = new ArrayList<>(record.sessions().size());
        Way best = Way.NOWHERE;
        for (SessionRecord session : record.sessions()) {
            boolean fits = connectorId == null || connectorId.equals(session.connectorId());
            if (fits && isComing(session)) {
                boolean ready = session.presence() == Presence.ATTACHED;
                Way way = ready ? toNodeOf(record, session, delivery, null) : Way.LATER;
                best = Way.LATER;
                if (way instanceof Way.By by) {
                    reachable.add(by);
                }
            }
        }
        return switch (reachable.size()) {
            case 0 -> best;
            case 1 -> reachable.get(0);
            default -> fewestInFlight(reachable);
        };
    }

    /** Of those with as few, any: other nodes choose at the same time. */
    private Way fewestInFlight(List<Way.By> reachable) {
        int offset = ThreadLocalRandom.current().nextInt(reachable.size());
        Way.By best = reachable.get(offset);
        int least = loads.of(best.sessionId());
        for (int i = 1; i < reachable.size(); i++) {
            Way.By other = reachable.get((offset + i) % reachable.size());
            int load = loads.of(other.sessionId());
            if (load < least) {
                best = other;
                least = load;
            }
        }
        return best.counted();
    }

    private static boolean isComing(SessionRecord session) {
        return session.healthy()
                && (session.presence() == Presence.ATTACHED || session.presence() == Presence.SUSPENDED);
    }

    private Way toNodeOf(TargetRecord record, SessionRecord session, Delivery delivery, @Nullable Grant fence) {
        String node = session.attach().nodeId();
        Session link = node.equals(nodeId) ? null : links.apply(node).orElse(null);
        return link == null
                ? Way.LATER // also one whose attach to this node is being completed
                : new Way.By(
                        link, session.id(), new Frame.Onward(record.targetId(), session.id(), delivery), fence, false);
    }

    private Way toHolder(String targetId, String role, Delivery delivery) {
        TargetRecord record = directory.lookup(targetId);
        Way best = Way.NOWHERE;
        for (SlotRecord slot : record.slots()) {
            SlotRecord.Tenure tenure = slot.role().equals(role) ? slot.holder().orElse(null) : null;
            if (tenure != null) {
                Grant fence = new Grant(role, slot.number(), tenure.term());
                Way way = toSession(record, tenure.sessionId(), delivery, fence);
                if (way instanceof Way.By && isReady(record, tenure.sessionId())) {
                    return way;
                }
                if (way instanceof Way.By || best instanceof Way.Nowhere) {
                    best = way;
                }
            }
        }
        return best;
    }

    private static boolean isReady(TargetRecord record, String sessionId) {
        return record.session(sessionId)
                .filter(session -> session.presence() == Presence.ATTACHED && session.healthy())
                .isPresent();
    }

    /** The way to one session, wherever it is now. */
    Way toSession(String targetId, String sessionId, Delivery delivery) {
        return toSession(directory.lookup(targetId), sessionId, delivery, null);
    }

    /** The same, for what only the holder of a role may start: under the term that the session holds, or one that nobody does. */
    Way toHolder(String targetId, String sessionId, String role, Delivery delivery) {
        TargetRecord record = directory.lookup(targetId);
        Grant held = record.slots().stream()
                .filter(slot -> slot.role().equals(role))
                .flatMap(slot -> slot.holder().stream()
                        .filter(tenure -> tenure.sessionId().equals(sessionId))
                        .map(tenure -> new Grant(role, slot.number(), tenure.term())))
                .findFirst()
                .orElse(new Grant(role, 0, 1));
        return toSession(record, sessionId, delivery, held);
    }

    private Way toSession(TargetRecord record, String sessionId, Delivery delivery, @Nullable Grant fence) {
        Session local = sessions.find(record.targetId(), sessionId)
                .map(LocalSession::session)
                .filter(Ways::takesCommands)
                .orElse(null);
        SessionRecord recorded = record.session(sessionId)
                .filter(session -> session.presence() != Presence.ENDED)
                .orElse(null);
        boolean isElsewhere = recorded != null && !recorded.attach().nodeId().equals(nodeId);
        if (local != null && !isElsewhere) {
            return here(local, fence);
        }
        return recorded == null ? Way.NOWHERE : toNodeOf(record, recorded, delivery, fence);
    }

    private static boolean takesCommands(Session session) {
        return session.state() == Session.State.ATTACHED || session.state() == Session.State.SUSPENDED;
    }

    /** Whether a session is on another node now: by the record, or by what this node was told before the record is known here. */
    boolean isElsewhere(String targetId, String sessionId) {
        boolean hasMoved = sessions.find(targetId, sessionId)
                .filter(local -> local.session().state() == Session.State.MOVED)
                .isPresent();
        return hasMoved || isRecordedElsewhere(targetId, sessionId);
    }

    private boolean isRecordedElsewhere(String targetId, String sessionId) {
        return directory
                .lookup(targetId)
                .session(sessionId)
                .filter(session -> session.presence() != Presence.ENDED
                        && !session.attach().nodeId().equals(nodeId))
                .isPresent();
    }
}
