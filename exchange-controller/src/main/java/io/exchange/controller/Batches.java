package io.exchange.controller;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The batches of a cluster, the same on every node. One that was accepted is run to the end by some node: when that one stops it hands
 * its batches over, and when it is lost another one goes on with them after its lease is over. They are lost only with all nodes
 * that keep a copy of their record at one time, and are not kept over a restart of the whole cluster. Methods may be called from
 * any thread; futures complete on the caller's context or else on a loop of the exchange.
 */
public interface Batches {

    /** An observer that was added. */
    interface Observation {

        /** Removes the observer, from any thread, any number of times. A call that is under way may still end. */
        void cancel();
    }

    /**
     * Accepts a batch. Of an id that is known already the present status is given, and nothing else is done; so after a failure
     * whose outcome is unknown the same batch can be submitted again.
     *
     * @param batch the batch
     * @return its status, once it is kept; fails with {@code INVALID} if it has no command or two with one id, or a request cannot be
     *     encoded, {@code TOO_LARGE} if its requests have more than {@link Batch#MAX_BYTES}, {@code SHUTTING_DOWN} if this node
     *     stops, {@code INTERNAL} if the cluster cannot be reached, or this node has been without a lease for some seconds:
     *     unknown if that was found only when the batch was kept
     */
    Future<BatchStatus> submit(Batch batch);

    /**
     * How far a batch is.
     *
     * @param batchId its id
     * @return its status; empty if there is none, or its retention is over; fails with {@code INTERNAL} if the cluster cannot
     *     be reached
     */
    Future<Optional<BatchStatus>> find(String batchId);

    /**
     * How far the batches with a key are.
     *
     * @param key the key
     * @return those that are kept, the oldest first; fails with {@code INTERNAL} if the cluster cannot be reached
     */
    Future<List<BatchStatus>> ofKey(String key);

    /**
     * Cancels a batch: what has not been sent never will be, and what runs is told. Does nothing to one that has ended.
     *
     * @param batchId its id
     * @return its status, with the wish kept; empty if there is none; fails with {@code INTERNAL} if the cluster cannot be reached,
     *     and then may be asked again
     */
    Future<Optional<BatchStatus>> cancel(String batchId);

    /**
     * Waits for the end of a batch.
     *
     * @param batchId its id
     * @return its last status; fails with {@code INVALID} if there is no such batch, or none any more, with {@code SHUTTING_DOWN} if this node stops before
     */
    Future<BatchStatus> ended(String batchId);

    /**
     * Observes a batch: its present status is told first, then each change, in order, at least once, several in a row perhaps as
     * one, until its end.
     *
     * @param batchId its id
     * @param observer takes the status on a loop of the exchange, which it must not block
     * @return removes it
     */
    Observation observe(String batchId, Consumer<BatchStatus> observer);

    /**
     * Observes all batches with a key, those to come included, as {@link #observe} does each.
     *
     * @param key the key
     * @param observer takes the status of each on a loop of the exchange, which it must not block
     * @return removes it
     */
    Observation observeKey(String key, Consumer<BatchStatus> observer);
}
