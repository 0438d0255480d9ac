package io.exchange.controller.cluster.hazelcast;

import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.DirectoryListener;
import io.exchange.controller.cluster.Registration;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * {@link HazelcastDirectory} without Hazelcast: the same steps, the same index, the same care for records that were lost,
 * over a map that is handed in.
 */
public final class SimulatedDirectory implements Directory {

    /** The map, some way off. */
    public interface Keeper {

        /** Asks where a record is kept; fails if it was not or may not have been answered. */
        <T> Future<T> ask(String targetId, Function<Map.Entry<String, TargetRecord>, T> question);

        /** All that is kept; fails if not all of it can be reached. */
        Future<Map<String, TargetRecord>> all();

        /** An event was applied. */
        void applied(TargetEvent event, Verdict verdict);

        /** Whether this node keeps a record. */
        boolean isKeptHere(String targetId);
    }

    /** What it takes from its node; settles only if it is to. */
    public record Parts(
            ElectionRules rules,
            BooleanSupplier mayElect,
            LongSupplier settlingUntil,
            long settleMillis,
            boolean settles,
            LongSupplier clusterTime) {}

    private final Keeper keeper;
    private final Parts parts;
    private final LocalIndex index = new LocalIndex(Runnable::run);
    private long settlingAfterLoss;

    /** A directory that knows nothing yet. */
    public SimulatedDirectory(Keeper keeper, Parts parts) {
        this.keeper = keeper;
        this.parts = parts;
    }

    /** An event of the map. */
    public void hear(TargetRecord record) {
        index.hear(record);
    }

    /** An event of the map. */
    public void hearGone(TargetRecord last) {
        index.hearGone(last.targetId(), last.version());
    }

    @Override
    public TargetRecord lookup(String targetId) {
        return index.get(targetId);
    }

    @Override
    public Future<TargetRecord> read(String targetId) {
        TargetRecord known = index.get(targetId);
        return keeper.ask(targetId, Map.Entry::getValue).map(kept -> {
            TargetRecord read = kept == null ? TargetRecord.unknown(targetId) : kept;
            if (read.version() < known.version() && !known.isForgettable(clusterTime())) {
                settleAfterLoss();
            }
            index.correct(known, read);
            return read;
        });
    }

    @Override
    public Future<Verdict> submit(String targetId, TargetEvent event) {
        return step(targetId, event, event instanceof TargetEvent.Attached);
    }

    @Override
    public Future<TargetRecord> confirm(String targetId) {
        return step(targetId, new TargetEvent.Swept(clusterTime()), true)
                .map(verdict -> ((Verdict.Accepted) verdict).record());
    }

    private Future<Verdict> step(String targetId, TargetEvent event, boolean writes) {
        TargetRecord known = index.get(targetId);
        long version = known.isForgettable(event.now()) || !parts.settles() ? 0 : known.version();
        ElectionRules rules = parts.rules().withElecting(parts.mayElect().getAsBoolean());
        long settling = settling();
        return keeper.ask(targetId, entry -> new StepProcessor(event, rules, version, settling, writes).process(entry))
                .map(done -> {
                    Verdict verdict = done.verdict().orElseThrow();
                    keeper.applied(event, verdict);
                    learn(known, version, done);
                    return verdict;
                });
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

    private long settling() {
        long now = clusterTime();
        boolean settles =
                parts.settles() && now < Math.max(parts.settlingUntil().getAsLong(), settlingAfterLoss);
        return settles ? now : 0;
    }

    private void settleAfterLoss() {
        settlingAfterLoss = Math.max(settlingAfterLoss, clusterTime() + parts.settleMillis());
    }

    @Override
    public Registration listen(DirectoryListener listener) {
        return index.listen(listener);
    }

    @Override
    public Collection<TargetRecord> snapshot() {
        return index.all();
    }

    @Override
    public long clusterTime() {
        return parts.clusterTime().getAsLong();
    }

    @Override
    public boolean isKeptHere(String targetId) {
        return keeper.isKeptHere(targetId);
    }

    @Override
    public Future<Void> resync() {
        return keeper.all().compose(this::compare);
    }

    private Future<Void> compare(Map<String, TargetRecord> kept) {
        Set<String> targets = new HashSet<>(index.targetIds());
        targets.addAll(kept.keySet());
        Future<Void> last = Future.succeededFuture();
        for (String targetId : targets) {
            TargetRecord there = kept.get(targetId);
            if (there != null && index.get(targetId).version() == there.version()) {
                index.catchUp(targetId);
            } else {
                last = last.compose(nothing -> read(targetId))
                        .onSuccess(read -> index.catchUp(targetId))
                        .transform(read -> Future.succeededFuture());
            }
        }
        return last;
    }

    @Override
    public Future<Void> close() {
        index.clear();
        return Future.succeededFuture();
    }
}
