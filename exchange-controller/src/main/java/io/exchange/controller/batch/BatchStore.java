package io.exchange.controller.batch;

import io.exchange.controller.cluster.Registration;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where batches are kept: the port to the cluster. Safe for any thread. A record changes only by {@link BatchSteps#apply},
 * atomically for each batch. Every future fails with INTERNAL if the cluster cannot be reached.
 */
public interface BatchStore {

    /** What came of submitted events. */
    enum Verdict {
        /** The record is as they make it. */
        ACCEPTED,
        /** Somebody else holds the claim, and nothing was changed. */
        REFUSED,
        /** There is no such batch. */
        GONE
    }

    /**
     * What came of submitted events.
     *
     * @param verdict what came of them
     * @param before the version of the record before them, 0 if there is none: who has that one knows the next
     */
    record Result(Verdict verdict, long before) {}

    /**
     * Keeps a new batch.
     *
     * @param record its record
     * @param commands what its commands carry, one for each item
     * @return whether it is kept now; false if there is another one with its id
     */
    Future<Boolean> create(BatchRecord record, List<StoredCommand> commands);

    /**
     * Reads a record where it is kept.
     *
     * @param batchId the batch
     * @return its record; empty if there is none
     */
    Future<Optional<BatchRecord>> read(String batchId);

    /**
     * Reads all records with a key.
     *
     * @param key the key
     * @return the records, in no order
     */
    Future<List<BatchRecord>> ofKey(String key);

    /**
     * Reads what a command carries.
     *
     * @param record the record of its batch
     * @param index the place of the command
     * @return the command; empty if it is not kept any more
     */
    Future<Optional<StoredCommand>> command(BatchRecord record, int index);

    /**
     * Applies events to a record. Where the future failed, the same may be submitted again.
     *
     * @param batchId the batch
     * @param by the claim of who submits them; {@link Claim#NONE} for those that anybody may submit
     * @param events the events, not none
     * @return what came of them, once it is safe
     */
    Future<Result> submit(String batchId, Claim by, List<BatchEvent> events);

    /**
     * The batches that this node is to look after, as it keeps their records: those that go on without one of these nodes, and
     * those that can be forgotten.
     *
     * @param others nodes that look after what they run themselves
     * @return their ids
     */
    Future<List<String>> dueHere(Set<String> others);

    /**
     * The same of all records, wherever they are kept: the node that keeps one may be there and not look after any.
     *
     * @param others nodes that look after what they run themselves
     * @return their ids
     */
    Future<List<String>> due(Set<String> others);

    /**
     * Forgets a batch.
     *
     * @param record its record, which has ended; nothing is done if another one is kept by now
     * @return completes when it is not kept
     */
    Future<Void> remove(BatchRecord record);

    /**
     * Forgets what the commands of a batch carry, as they have all ended.
     *
     * @param record its record
     * @return completes when they are not kept
     */
    Future<Void> removeCommands(BatchRecord record);

    /**
     * Adds a listener, which may miss changes.
     *
     * @param changed takes the ids of batches whose records have changed; must not block
     * @return removes it
     */
    Registration listen(Consumer<String> changed);

    /**
     * The time that all nodes agree on, nearly.
     *
     * @return milliseconds since 1970
     */
    long clusterTime();

    /**
     * Ends this node's part. Nothing may be called after it.
     *
     * @return completes when nothing of it is left
     */
    Future<Void> close();
}
