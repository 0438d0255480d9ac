package io.exchange.controller.primary;

/**
 * One method for each kind of event, so that a new kind does not compile until every receiver handles it.
 *
 * @param <R> what it makes of an event
 */
public interface TargetEventReceiver<R> {

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R attached(TargetEvent.Attached event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R suspended(TargetEvent.Suspended event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R leaving(TargetEvent.Leaving event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R ended(TargetEvent.Ended event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R released(TargetEvent.Released event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R leaseOver(TargetEvent.LeaseOver event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R healthChanged(TargetEvent.HealthChanged event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R rolesChanged(TargetEvent.RolesChanged event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R moveRequested(TargetEvent.MoveRequested event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R nodeLost(TargetEvent.NodeLost event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R nodeLeaseOver(TargetEvent.NodeLeaseOver event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R settled(TargetEvent.Settled event);

    /**
     * Takes an event of this kind.
     *
     * @param event the event
     * @return what it makes of it
     */
    R swept(TargetEvent.Swept event);
}
