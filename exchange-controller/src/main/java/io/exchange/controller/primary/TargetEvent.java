package io.exchange.controller.primary;

import io.exchange.api.Grant;
import io.exchange.protocol.Frame.Told;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What may happen to a target. Every event carries the cluster time, so that the step that it causes reads no clock; may
 * be submitted again without harm; and changes nothing when it comes too late. The events of one attach are submitted in
 * order, by the node that holds its channel.
 */
public sealed interface TargetEvent {

    /**
     * When it happened.
     *
     * @return cluster time in milliseconds
     */
    long now();

    /**
     * Hands this event to the method that is for it.
     *
     * @param receiver the receiver
     * @param <R> what the receiver makes of it
     * @return what the receiver made of it
     */
    <R> R deliverTo(TargetEventReceiver<R> receiver);

    /**
     * A session attached. Submitted again for the same channel it is a report: it brings a session back that the record
     * lost, and terms that the record does not know.
     *
     * @param attach session, connector, number, channel, node
     * @param labels what the connector says of itself
     * @param roles the roles it can take
     * @param told the highest term that it was told of each slot, and whether it holds it; in a report, what the node
     *     told it
     * @param resumeShown the resume token that the hello showed, or its digest
     * @param resumeNext the one that the reply will hand out
     * @param now cluster time in milliseconds
     */
    record Attached(
            Attach attach,
            Map<String, String> labels,
            Set<String> roles,
            List<Told> told,
            String resumeShown,
            String resumeNext,
            long now)
            implements TargetEvent {

        /** Copies what could change. */
        public Attached {
            labels = Map.copyOf(labels);
            roles = Set.copyOf(roles);
            told = List.copyOf(told);
        }

        /** The same by a connector that can take other roles since. */
        Attached withRoles(Set<String> since) {
            return since.equals(roles) // at each heartbeat
                    ? this
                    : new Attached(attach, labels, since, told, resumeShown, resumeNext, now);
        }

        /** The same as a report. */
        Attached reporting(List<Told> toldSince, long at) {
            return new Attached(attach, labels, roles, toldSince, resumeShown, resumeNext, at);
        }

        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.attached(this);
        }
    }

    /**
     * The channel of a session was lost; its grace runs, and what it holds it holds until its lease is over.
     *
     * @param sessionId the session
     * @param attachNumber the attach whose channel it was
     * @param now cluster time in milliseconds
     */
    record Suspended(String sessionId, long attachNumber, long now) implements TargetEvent {
        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.suspended(this);
        }
    }

    /**
     * The connector said good-bye: it has stepped down from all that it held, and wants nothing more.
     *
     * @param sessionId the session
     * @param attachNumber the attach by whose channel it said so
     * @param now cluster time in milliseconds
     */
    record Leaving(String sessionId, long attachNumber, long now) implements TargetEvent {
        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.leaving(this);
        }
    }

    /**
     * The session has ended: its grace is over, or its channel closed after a good-bye. This releases no slot.
     *
     * @param sessionId the session
     * @param attachNumber its last attach
     * @param now cluster time in milliseconds
     */
    record Ended(String sessionId, long attachNumber, long now) implements TargetEvent {
        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.ended(this);
        }
    }

    /**
     * The connector said that it does not hold a slot under this term and never will again. True by whatever channel it
     * said so.
     *
     * @param grant the slot and the term
     * @param sessionId the session
     * @param now cluster time in milliseconds
     */
    record Released(Grant grant, String sessionId, long now) implements TargetEvent {
        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.released(this);
        }
    }

    /**
     * The node that told a session a term, or was to tell it, knows that its lease is over or never began. Void if the
     * session has attached anew since: then that node answers for the lease.
     *
     * @param grant the slot and the term
     * @param sessionId the session
     * @param attachNumber the attach for which the node answers
     * @param now cluster time in milliseconds
     */
    record LeaseOver(Grant grant, String sessionId, long attachNumber, long now) implements TargetEvent {
        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.leaseOver(this);
        }
    }

    /**
     * The health of a session is another one.
     *
     * @param sessionId the session
     * @param attachNumber the attach that was checked
     * @param healthy whether it is well
     * @param now cluster time in milliseconds
     */
    record HealthChanged(String sessionId, long attachNumber, boolean healthy, long now) implements TargetEvent {
        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.healthChanged(this);
        }
    }

    /**
     * The connector can take other roles.
     *
     * @param sessionId the session
     * @param attachNumber the attach by whose channel it said so
     * @param roles all that it can take from now on
     * @param now cluster time in milliseconds
     */
    record RolesChanged(String sessionId, long attachNumber, Set<String> roles, long now) implements TargetEvent {

        /** Copies what could change. */
        public RolesChanged {
            roles = Set.copyOf(roles);
        }

        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.rolesChanged(this);
        }
    }

    /**
     * Somebody wants a slot to go to another connector. Changes nothing if no other one can take it.
     *
     * @param grant the slot, and the term that it is to be moved from
     * @param now cluster time in milliseconds
     */
    record MoveRequested(Grant grant, long now) implements TargetEvent {
        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.moveRequested(this);
        }
    }

    /**
     * A node has left the cluster: its sessions have lost their channels.
     *
     * @param nodeId the node
     * @param now cluster time in milliseconds
     */
    record NodeLost(String nodeId, long now) implements TargetEvent {
        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.nodeLost(this);
        }
    }

    /**
     * One lease has passed since all members agreed that a lost node may not renew any more.
     *
     * @param nodeId the node
     * @param now cluster time in milliseconds
     */
    record NodeLeaseOver(String nodeId, long now) implements TargetEvent {
        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.nodeLeaseOver(this);
        }
    }

    /**
     * One lease has passed since the record was created: no holder that it does not know is left.
     *
     * @param settling {@link TargetRecord#settling()} of the record that was waited for
     * @param now cluster time in milliseconds
     */
    record Settled(long settling, long now) implements TargetEvent {
        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.settled(this);
        }
    }

    /**
     * The periodic look at a record: fills what can be filled, forgets what can be forgotten.
     *
     * @param now cluster time in milliseconds
     */
    record Swept(long now) implements TargetEvent {
        @Override
        public <R> R deliverTo(TargetEventReceiver<R> receiver) {
            return receiver.swept(this);
        }
    }
}
