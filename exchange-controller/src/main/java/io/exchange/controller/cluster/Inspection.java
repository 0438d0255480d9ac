package io.exchange.controller.cluster;

import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.Election;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.Presence;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One look at all records for what is not as it should be: nodes that are gone, sessions that this node does not have, slots
 * that could be filled, records that could be forgotten. Reads no clock and changes nothing. Confined to its user.
 */
final class Inspection {

    /**
     * What there is beside the records.
     *
     * @param nodeId this node
     * @param present the nodes that are there
     * @param leaseOver the nodes that are gone of which nothing holds any more
     * @param graceOver the nodes that are gone for longer than sessions wait
     * @param isKeptHere whether this node looks after the record of a target
     * @param isHere whether an attach is on this node
     * @param rules the rules of this node
     * @param now cluster time in milliseconds
     */
    record Scene(
            String nodeId,
            Set<String> present,
            Set<String> leaseOver,
            Set<String> graceOver,
            Predicate<String> isKeptHere,
            Predicate<Attach> isHere,
            ElectionRules rules,
            long now) {}

    /** Events for one target, in order. */
    record Work(String targetId, List<TargetEvent> events) {}

    private final Scene scene;
    private final List<Work> work = new ArrayList<>();
    private final Set<String> gone = new HashSet<>();
    private final Map<Attach, String> ghosts = new HashMap<>();
    private boolean unfinished;

    Inspection(Scene scene) {
        this.scene = scene;
    }

    /** What is to be submitted. */
    List<Work> work() {
        return work;
    }

    /** The nodes that records name and that are not there. */
    Set<String> gone() {
        return gone;
    }

    /** The attaches that records claim of this node and that are not here, each with its target. */
    Map<Attach, String> ghosts() {
        return ghosts;
    }

    /** Whether another node has to do something about a node that is gone, if it knows that it keeps the record. */
    boolean isUnfinished() {
        return unfinished;
    }

    void look(TargetRecord record) {
        List<TargetEvent> events = new ArrayList<>();
        Set<String> goneOfRecord = new HashSet<>();
        for (SessionRecord session : record.sessions()) {
            Attach attach = session.attach();
            if (attach.nodeId().equals(scene.nodeId())) {
                if (!scene.isHere().test(attach)) {
                    ghosts.put(attach, record.targetId());
                }
            } else if (!scene.present().contains(attach.nodeId())) {
                goneOfRecord.add(attach.nodeId());
            }
        }
        goneOfRecord.forEach(nodeId -> clear(record, nodeId, events));
        gone.addAll(goneOfRecord);
        boolean kept = scene.isKeptHere().test(record.targetId());
        unfinished |= !kept && !events.isEmpty();
        if (kept && events.isEmpty() && wouldSweep(record)) {
            events.add(new TargetEvent.Swept(scene.now()));
        }
        if (kept && !events.isEmpty()) {
            work.add(new Work(record.targetId(), events));
        }
    }

    private void clear(TargetRecord record, String nodeId, List<TargetEvent> events) {
        List<SessionRecord> sessions = record.sessions().stream()
                .filter(session -> session.attach().nodeId().equals(nodeId))
                .toList();
        if (sessions.stream().anyMatch(Inspection::hasChannel)) {
            events.add(new TargetEvent.NodeLost(nodeId, scene.now()));
        }
        if (scene.leaseOver().contains(nodeId) && sessions.stream().anyMatch(session -> holds(record, session))) {
            events.add(new TargetEvent.NodeLeaseOver(nodeId, scene.now()));
        }
        if (scene.graceOver().contains(nodeId)) {
            for (SessionRecord session : sessions) {
                if (session.presence() != Presence.ENDED) {
                    events.add(
                            new TargetEvent.Ended(session.id(), session.attach().number(), scene.now()));
                }
            }
        }
    }

    private static boolean hasChannel(SessionRecord session) {
        return session.presence() == Presence.ATTACHED || session.presence() == Presence.LEAVING;
    }

    private static boolean holds(TargetRecord record, SessionRecord session) {
        for (SlotRecord slot : record.slots()) {
            for (SlotRecord.Tenure tenure : slot.tenures()) {
                if (tenure.sessionId().equals(session.id())) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean wouldSweep(TargetRecord record) {
        if (record.isForgettable(scene.now())) {
            return true;
        }
        boolean vacant = record.slots().stream().anyMatch(slot -> slot.tenures().isEmpty());
        boolean mayChange = !record.sessions().isEmpty() && (vacant || hasLeftover(record));
        return mayChange
                && Election.step(record, new TargetEvent.Swept(scene.now()), scene.rules())
                        instanceof Verdict.Accepted accepted
                && accepted.changed();
    }

    /** A merge ends sessions; no node has anything to say of one that ended and holds nothing. */
    private static boolean hasLeftover(TargetRecord record) {
        return record.sessions().stream()
                .anyMatch(session -> session.presence() == Presence.ENDED && !holds(record, session));
    }
}
