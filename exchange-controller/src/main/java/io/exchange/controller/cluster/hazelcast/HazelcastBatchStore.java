package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.controller.batch.BatchEvent;
import io.exchange.controller.batch.BatchRecord;
import io.exchange.controller.batch.BatchStore;
import io.exchange.controller.batch.Claim;
import io.exchange.controller.batch.StoredCommand;
import io.exchange.controller.cluster.Bounded;
import io.exchange.controller.cluster.Registration;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a cluster: a map of records, each changed by {@link BatchStepProcessor} where it is kept, and a map of what their commands
 * carry, which goes by itself some time after the deadline. Futures complete on a context of its own,
 * as the threads of Hazelcast may not ask for anything.
 */
public final class HazelcastBatchStore implements BatchStore {

    private static final int WRITES_AT_A_TIME = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final long LONGER_MILLIS = Duration.ofHours(1).toMillis();

    private final Vertx vertx;
    private final ContextInternal context;
    private final HazelcastInstance hazelcast;
    private final IMap<String, BatchRecord> records;
    private final IMap<String, byte[]> commands;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Duration patience;
    private volatile @Nullable UUID listener;

    private HazelcastBatchStore(Vertx vertx, HazelcastInstance hazelcast, Duration patience) {
        this.patience = patience;
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.hazelcast = hazelcast;
        this.records = hazelcast.getMap(ClusterSettings.BATCHES);
        this.commands = hazelcast.getMap(ClusterSettings.BATCH_COMMANDS);
    }

    /**
     * Opens this node's part of the store. The configuration must have been checked.
     *
     * @param vertx where it runs
     * @param hazelcast a member that was started with {@link ClusterSettings#prepare}
     * @return completes when changes are heard of
     */
    public static Future<HazelcastBatchStore> open(Vertx vertx, HazelcastInstance hazelcast) {
        return open(vertx, hazelcast, PATIENCE);
    }

    /** With how long an answer is waited for. */
    static Future<HazelcastBatchStore> open(Vertx vertx, HazelcastInstance hazelcast, Duration patience) {
        return vertx.executeBlocking(
                () -> {
                    HazelcastBatchStore store = new HazelcastBatchStore(vertx, hazelcast, patience);
                    store.begin();
                    return store;
                },
                false);
    }

    private void begin() {
        // teaches all members the schema now: the first write would else do so on a thread that must not wait
        boolean never = records.remove("exchange.schemas", Serialization.sampleBatch());
        assert !never;
        listener = records.addEntryListener(new ChangeListener(), false);
    }

    @Override
    public Future<Boolean> create(BatchRecord record, List<StoredCommand> carried) {
        long ttl = record.plan().deadline() - record.createdAt() + LONGER_MILLIS;
        List<Integer> indexes = IntStream.range(0, carried.size()).boxed().toList();
        return blocking(() -> records.containsKey(record.id()))
                .compose(exists -> exists
                        ? Future.succeededFuture(false)
                        : Bounded.forEach(indexes, WRITES_AT_A_TIME, index -> keep(record, index, carried, ttl))
                                .compose(failed -> failed > 0 ? notKept(record, failed) : keep(record)));
    }

    private Future<Void> keep(BatchRecord record, int index, List<StoredCommand> carried, long ttl) {
        byte[] bytes = BatchCodec.encode(carried.get(index));
        return ask(() -> commands.setAsync(key(record, index), bytes, ttl, TimeUnit.MILLISECONDS))
                .mapEmpty();
    }

    private Future<Boolean> notKept(BatchRecord record, int failed) {
        ExchangeException why = ErrorCode.INTERNAL.notExecuted(
                failed + " commands of batch " + record.id() + " could not be kept: submit it again");
        return removeCommands(record).transform(removed -> Future.failedFuture(why));
    }

    private Future<Boolean> keep(BatchRecord record) {
        return blocking(() -> Optional.ofNullable(records.putIfAbsent(record.id(), record)))
                .compose(there -> {
                    // Hazelcast asks again after the loss of a member, and then may find what it has put there itself
                    boolean isKept = there.isEmpty() || there.get().createdAt() == record.createdAt();
                    return isKept
                            ? Future.succeededFuture(true)
                            : removeCommands(record).map(false);
                });
    }

    /** Of its own for each submission, so that a batch with an id that is taken changes nothing of the other one. */
    private static String key(BatchRecord record, int index) {
        return record.id() + "/" + record.createdAt() + "/" + index;
    }

    @Override
    public Future<Optional<BatchRecord>> read(String batchId) {
        return ask(() -> records.getAsync(batchId));
    }

    @Override
    public Future<List<BatchRecord>> ofKey(String key) {
        Predicate<String, BatchRecord> wanted = Predicates.equal(BatchRecordSerializer.KEY, key);
        return blocking(() -> List.copyOf(records.values(wanted)));
    }

    @Override
    public Future<Optional<StoredCommand>> command(BatchRecord record, int index) {
        return ask(() -> commands.getAsync(key(record, index))).map(read -> read.map(BatchCodec::command));
    }

    @Override
    public Future<Result> submit(String batchId, Claim by, List<BatchEvent> events) {
        return ask(() -> records.submitToKey(batchId, new BatchStepProcessor(by, events)))
                .map(answer -> BatchStepProcessor.result(answer.orElse(null)));
    }

    @Override
    public Future<List<String>> dueHere(Set<String> others) {
        return blocking(() -> List.copyOf(records.localKeySet(isDue(others))));
    }

    @Override
    public Future<List<String>> due(Set<String> others) {
        return blocking(() -> List.copyOf(records.keySet(isDue(others))));
    }

    private Predicate<String, BatchRecord> isDue(Set<String> others) {
        Predicate<String, BatchRecord> goesOn =
                Predicates.equal(BatchRecordSerializer.FORGET_AT, BatchRecord.NOT_ENDED);
        Predicate<String, BatchRecord> isLookedAfter =
                Predicates.in(BatchRecordSerializer.CLAIMED_BY, others.toArray(new String[0]));
        return Predicates.or(
                Predicates.and(goesOn, Predicates.not(isLookedAfter)),
                Predicates.lessEqual(BatchRecordSerializer.FORGET_AT, clusterTime()));
    }

    @Override
    public Future<Void> remove(BatchRecord record) {
        return blocking(() -> {
            BatchRecord kept = records.get(record.id());
            if (kept != null && kept.createdAt() == record.createdAt()) {
                records.delete(record.id());
            }
            return null;
        });
    }

    @Override
    public Future<Void> removeCommands(BatchRecord record) {
        List<Integer> indexes =
                IntStream.range(0, record.items().size()).boxed().toList();
        return Bounded.forEach(
                        indexes,
                        WRITES_AT_A_TIME,
                        index -> ask(() -> commands.submitToKey(key(record, index), new KeepProcessor<>(null))))
                .mapEmpty();
    }

    private <T> Future<T> blocking(Callable<T> question) {
        return inTime(vertx.executeBlocking(question, false));
    }

    /** Where the network parted, an answer may never come, not even that there is none. */
    private <T> Future<T> inTime(Future<T> answer) {
        return answer.timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .recover(e -> Future.failedFuture(
                        ErrorCode.INTERNAL.unknown("the batches of the cluster cannot be reached: " + e)));
    }

    /** An answer that is nothing gives an empty one. */
    private <T> Future<Optional<T>> ask(Supplier<CompletionStage<T>> question) {
        Promise<Optional<T>> promise = context.promise();
        try {
            question.get()
                    .whenCompleteAsync(
                            (answer, failure) -> {
                                if (failure == null) {
                                    promise.tryComplete(Optional.ofNullable(answer));
                                } else {
                                    promise.tryFail(failure);
                                }
                            },
                            Runnable::run);
        } catch (RuntimeException e) {
            promise.tryFail(e);
        }
        return inTime(promise.future());
    }

    @Override
    public Registration listen(Consumer<String> changed) {
        listeners.add(changed);
        return () -> listeners.remove(changed);
    }

    @Override
    public long clusterTime() {
        return hazelcast.getCluster().getClusterTime();
    }

    @Override
    public Future<Void> close() {
        listeners.clear();
        return vertx.executeBlocking(
                () -> {
                    UUID added = listener;
                    if (added != null && hazelcast.getLifecycleService().isRunning()) {
                        records.removeEntryListener(added);
                    }
                    return null;
                },
                false);
    }

    /** Called on Hazelcast's threads, so it does no more than to hand over. */
    private final class ChangeListener
            implements EntryAddedListener<String, BatchRecord>,
                    EntryUpdatedListener<String, BatchRecord>,
                    EntryMergedListener<String, BatchRecord> {

        @Override
        public void entryAdded(EntryEvent<String, BatchRecord> event) {
            tell(event.getKey());
        }

        @Override
        public void entryUpdated(EntryEvent<String, BatchRecord> event) {
            tell(event.getKey());
        }

        @Override
        public void entryMerged(EntryEvent<String, BatchRecord> event) {
            tell(event.getKey());
        }

        private void tell(String batchId) {
            listeners.forEach(told -> told.accept(batchId));
        }
    }
}
