package io.exchange.controller.simulation;

import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;

/** What a node has of the cluster in which it is. */
interface Surroundings {

    /** Cluster time in milliseconds, as this node knows it. */
    long clusterTime();

    /** How long the node may grant from now. */
    long grantableNanos(long now);

    /** Sends an event to where the record is; fails if nobody can say what became of it. */
    Future<Verdict> submit(String targetId, TargetEvent event);

    /** Makes sure of a record; fails if nobody can say that it is. */
    Future<TargetRecord> confirm(String targetId);

    /** Whether ledgers hear of a record by the answers to their events, and not only as the others do. */
    boolean answersTell();

    /** The node is there. */
    void begin(SimNode node);
}
