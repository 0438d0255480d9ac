package io.exchange.controller.cluster;

import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import java.util.Collection;

/**
 * Where the records of all targets are: the port to the cluster. Safe for any thread. Records change only by
 * {@link io.exchange.controller.primary.Election#step}, atomically for each target.
 */
public interface Directory {

    /**
     * What this node knows of a target. A hint, which may be behind; costs the same however many targets there are, and
     * never blocks.
     *
     * @param targetId the target
     * @return its record; one with version 0 if it is not known
     */
    TargetRecord lookup(String targetId);

    /**
     * Reads the record where it is kept.
     *
     * @param targetId the target
     * @return its record, one with version 0 if it is not known; fails with INTERNAL if the cluster cannot be reached
     */
    Future<TargetRecord> read(String targetId);

    /**
     * Applies an event to a record. An event may be submitted again: where the future failed it must be.
     *
     * @param targetId the target
     * @param event the event
     * @return the verdict, once the change is safe; fails with INTERNAL if the cluster cannot be reached, and then the
     *     change may have been made or not. Says nothing of whether listeners were called yet, and not always what the
     *     record was before: that stays where it is kept
     */
    Future<Verdict> submit(String targetId, TargetEvent event);

    /**
     * Adds a listener.
     *
     * @param listener is told of changes from now on
     * @return removes it
     */
    Registration listen(DirectoryListener listener);

    /**
     * All that this node knows, target by target; not one moment of the whole. Costs as much as there are targets.
     *
     * @return the records of all targets that are known
     */
    Collection<TargetRecord> snapshot();

    /**
     * Writes the record once more, as it is, and so makes sure of it.
     *
     * @param targetId the target
     * @return completes with the record, when the loss of one node can no longer undo it; fails with INTERNAL if that is not
     *     known
     */
    default Future<TargetRecord> confirm(String targetId) {
        return read(targetId);
    }

    /**
     * The time that all nodes agree on, nearly, and that hardly ever goes back.
     *
     * @return milliseconds since 1970
     */
    long clusterTime();

    /**
     * Whether what {@link #lookup} gives is the record itself, and no hint.
     *
     * @return whether all records are on this node
     */
    default boolean isHere() {
        return false;
    }

    /**
     * Whether sessions may be missing from the record that are there: members were lost at short intervals, and the record with them.
     * Those who have such a session say so again.
     *
     * @param targetId the target
     * @return whether that a session is missing does not mean yet that it is gone
     */
    default boolean isSettling(String targetId) {
        return false;
    }

    /**
     * Whether this node keeps the record, so that it is the one to look after it. At times none does, or two do.
     *
     * @param targetId the target
     * @return whether it does; always for a node that is alone
     */
    default boolean isKeptHere(String targetId) {
        return true;
    }

    /**
     * Compares all that this node knows with what is kept, and puts it right: for what listeners may have missed.
     *
     * @return completes when all has been compared; fails with INTERNAL if the cluster cannot be reached
     */
    default Future<Void> resync() {
        return Future.succeededFuture();
    }

    /**
     * Ends this node's part. Nothing may be called after it.
     *
     * @return completes when no thread and no timer of it is left
     */
    Future<Void> close();
}
