package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.exchange.api.ErrorCode;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.DirectoryListener;
import io.exchange.controller.cluster.Registration;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a cluster: one map of records, each changed by {@link StepProcessor} where it is kept, and on each node an
 * index of all of them for look-ups. Futures complete on the caller's context, or else on the directory's own.
 */
public final class HazelcastDirectory implements Directory {

    /**
     * What a directory takes from its node.
     *
     * @param rules how many slots each role has
     * @param mayElect whether the node may elect now, as it may not below quorum
     * @param settlingUntil the cluster time until when records that are created anew settle first, because a member was
     *     lost or the cluster has just begun; {@link HazelcastView#settlingUntil()}
     * @param settleMillis how long records settle that are created after this node saw that one was lost
     */
    public record Parts(ElectionRules rules, BooleanSupplier mayElect, LongSupplier settlingUntil, long settleMillis) {}

    private final HazelcastInstance hazelcast;
    private final Cluster cluster;
    private final VertxInternal vertx;
    private final ContextInternal context;
    private final Parts parts;
    private final ElectionRules electing;
    private final ElectionRules notElecting;
    private final IMap<String, TargetRecord> records;
    private final LocalIndex index;
    private final Resync resync;
    private final AtomicLong settlingAfterLoss = new AtomicLong();
    private volatile @Nullable UUID listener;

    private HazelcastDirectory(Vertx vertx, HazelcastInstance hazelcast, Parts parts) {
        this.hazelcast = hazelcast;
        this.cluster = hazelcast.getCluster();
        this.vertx = (VertxInternal) vertx;
        this.context = this.vertx.createEventLoopContext();
        this.parts = parts;
        this.electing = parts.rules().withElecting(true);
        this.notElecting = parts.rules().withElecting(false);
        this.records = hazelcast.getMap(ClusterSettings.TARGETS);
        this.index = new LocalIndex(task -> context.runOnContext(nothing -> task.run()));
        this.resync = new Resync(hazelcast, records, index, this::read);
    }

    /**
     * Opens this node's part of the directory. The configuration must have been checked.
     *
     * @param vertx where it runs
     * @param hazelcast a member that was started with {@link ClusterSettings#prepare}
     * @param parts what it takes from its node
     * @return completes when all records are known here
     */
    public static Future<HazelcastDirectory> open(Vertx vertx, HazelcastInstance hazelcast, Parts parts) {
        return vertx.executeBlocking(() -> new HazelcastDirectory(vertx, hazelcast, parts), false)
                .compose(HazelcastDirectory::opened);
    }

    private Future<HazelcastDirectory> opened() {
        return vertx.executeBlocking(this::begin, false)
                .recover(failure -> close().transform(closed -> Future.failedFuture(failure)));
    }

    /** Blocks. */
    private HazelcastDirectory begin() {
        // teaches all members the schemas now: the first write would else do so on a thread that must not wait
        boolean never = records.remove("exchange.schemas", Serialization.sample("exchange.schemas"));
        assert !never;
        listener = records.addEntryListener(new RecordListener(index), true);
        resync.load();
        return this;
    }

    @Override
    public TargetRecord lookup(String targetId) {
        return index.get(targetId);
    }

    @Override
    public Future<TargetRecord> read(String targetId) {
        TargetRecord known = index.get(targetId);
        Promise<TargetRecord> result = promise();
        ask(() -> records.getAsync(targetId), (kept, failure) -> {
            if (failure != null) {
                result.fail(ErrorCode.INTERNAL.notExecuted("the record of " + targetId + " was not read: " + failure));
                return;
            }
            TargetRecord read = kept == null ? TargetRecord.unknown(targetId) : kept;
            if (read.version() < known.version() && !known.isForgettable(clusterTime())) {
                settleAfterLoss();
            }
            index.correct(known, read);
            result.complete(read);
        });
        return result.future();
    }

    @Override
    public Future<Verdict> submit(String targetId, TargetEvent event) {
        // the answer to an attach is relied on, also to one that was applied before by an invocation that was repeated
        return step(targetId, event, event instanceof TargetEvent.Attached);
    }

    @Override
    public Future<TargetRecord> confirm(String targetId) {
        return step(targetId, new TargetEvent.Swept(clusterTime()), true)
                .map(verdict -> ((Verdict.Accepted) verdict).record());
    }

    private Future<Verdict> step(String targetId, TargetEvent event, boolean writes) {
        TargetRecord known = index.get(targetId);
        long version = known.isForgettable(event.now()) ? 0 : known.version();
        ElectionRules rules = parts.mayElect().getAsBoolean() ? electing : notElecting;
        StepProcessor step = new StepProcessor(event, rules, version, settling(), writes);
        Promise<Verdict> result = promise();
        ask(() -> records.submitToKey(targetId, step), (done, failure) -> {
            if (failure != null) {
                result.fail(ErrorCode.INTERNAL.unknown(
                        "the record of " + targetId + " may have been changed or not: " + failure));
            } else if (done.verdict().isEmpty()) {
                result.fail(ErrorCode.INTERNAL.notExecuted(
                        "the member that keeps " + targetId + " is of a version that does not know the event"));
            } else {
                learn(known, version, done);
                result.complete(done.verdict().get());
            }
        });
        return result.future();
    }

    private void learn(TargetRecord known, long knownVersion, StepResult done) {
        if (!done.found() && knownVersion > 0) {
            settleAfterLoss();
        }
        if (done.verdict().orElse(null) instanceof Verdict.Accepted accepted) {
            if (done.kept()) {
                index.learn(accepted.record());
            } else {
                index.learnGone(
                        known.targetId(),
                        Math.max(known.version(), accepted.record().version()));
            }
        }
    }

    /** Not 0 while records that are created are to settle first. */
    private long settling() {
        long now = clusterTime();
        return now < Math.max(parts.settlingUntil().getAsLong(), settlingAfterLoss.get()) ? now : 0;
    }

    @Override
    public boolean isSettling(String targetId) {
        TargetRecord known = index.get(targetId);
        return known.settling() != 0 || (known.version() == 0 && settling() != 0);
    }

    private void settleAfterLoss() {
        long until = clusterTime() + parts.settleMillis();
        settlingAfterLoss.accumulateAndGet(until, Math::max);
    }

    /** Answers come on threads of Hazelcast, which do no more than to look into the index and to hand over. */
    private static <T> void ask(Question<T> question, BiConsumer<T, @Nullable Throwable> answer) {
        try {
            question.ask().whenCompleteAsync(answer, Runnable::run);
        } catch (RuntimeException e) {
            refuse(answer, e);
        }
    }

    @SuppressWarnings("NullAway") // an answer with a failure has no value
    private static <T> void refuse(BiConsumer<T, @Nullable Throwable> answer, RuntimeException e) {
        answer.accept(null, e);
    }

    private interface Question<T> {
        CompletionStage<T> ask();
    }

    private <T> Promise<T> promise() {
        ContextInternal caller = ContextInternal.current();
        return (caller != null && caller.owner() == vertx ? caller : context).promise();
    }

    @Override
    public Registration listen(DirectoryListener added) {
        return index.listen(added);
    }

    @Override
    public Collection<TargetRecord> snapshot() {
        return index.all();
    }

    @Override
    public long clusterTime() {
        return cluster.getClusterTime();
    }

    @Override
    public boolean isKeptHere(String targetId) {
        return resync.isKeptHere(targetId);
    }

    @Override
    public Future<Void> resync() {
        return vertx.executeBlocking(resync::compare, false).compose(differing -> resync.read(differing));
    }

    @Override
    public Future<Void> close() {
        return vertx.executeBlocking(
                () -> {
                    UUID added = listener;
                    if (added != null && hazelcast.getLifecycleService().isRunning()) {
                        boolean removed = records.removeEntryListener(added);
                        assert removed;
                    }
                    index.clear();
                    return null;
                },
                false);
    }
}
