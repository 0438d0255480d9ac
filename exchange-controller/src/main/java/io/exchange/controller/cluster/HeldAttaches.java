package io.exchange.controller.cluster;

import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.TargetRecord;
import java.util.Collection;

/** What this node holds of targets. Safe for any thread. */
public interface HeldAttaches {

    /**
     * The targets that an attach on this node is of.
     *
     * @return their ids, a snapshot
     */
    Collection<String> targets();

    /**
     * Whether an attach has a ledger on this node, or its hello is being answered.
     *
     * @param attach the attach
     * @return whether it has
     */
    boolean isHere(Attach attach);

    /**
     * Hands a record to each {@link io.exchange.controller.primary.GrantLedger#audit ledger} of its target.
     *
     * @param record the record as it is kept, with version 0 if there is none
     */
    void audit(TargetRecord record);
}
