package io.exchange.controller.primary;

import io.exchange.controller.primary.SlotRecord.Tenure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a record claims of a node that the node knows nothing of, as when an event got lost, or halves were merged. Pure.
 *
 * <p>A node drops the {@link GrantLedger} of an attach only when nothing that it told can hold any more, so what a ghost
 * holds is released at once.
 */
public final class Ghosts {

    private Ghosts() {}

    /**
     * The events that clear a record of ghosts.
     *
     * @param record the record, as it was read where it is kept
     * @param nodeId this node
     * @param isHere whether an attach has a ledger on this node, or its hello is being answered
     * @param now cluster time in milliseconds
     * @return what to submit, in this order
     */
    public static List<TargetEvent> events(TargetRecord record, String nodeId, Predicate<Attach> isHere, long now) {
        List<TargetEvent> events = new ArrayList<>();
        for (SessionRecord session : record.sessions()) {
            Attach attach = session.attach();
            if (attach.nodeId().equals(nodeId) && !isHere.test(attach)) {
                // first, or it would be given again what is taken from it
                events.add(new TargetEvent.Ended(attach.sessionId(), attach.number(), now));
                release(record, attach, now, events);
            }
        }
        return events;
    }

    private static void release(TargetRecord record, Attach attach, long now, List<TargetEvent> events) {
        for (SlotRecord slot : record.slots()) {
            for (Tenure tenure : slot.tenures()) {
                if (tenure.sessionId().equals(attach.sessionId())) {
                    events.add(new TargetEvent.LeaseOver(slot.grant(tenure), attach.sessionId(), attach.number(), now));
                }
            }
        }
    }
}
