package io.exchange.controller;

import io.exchange.api.Command;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ReplyError;
import io.exchange.channel.Alarm;
import io.exchange.channel.Loop;
import io.exchange.channel.PendingReply;
import io.exchange.controller.batch.BatchEvent;
import io.exchange.controller.batch.BatchItem;
import io.exchange.controller.batch.BatchObservers;
import io.exchange.controller.batch.BatchPlan;
import io.exchange.controller.batch.BatchRecord;
import io.exchange.controller.batch.BatchRunner;
import io.exchange.controller.batch.BatchStore;
import io.exchange.controller.batch.Claim;
import io.exchange.controller.batch.StoredCommand;
import io.exchange.controller.cluster.Registration;
import io.exchange.protocol.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The batches of a node behind {@link Batches}: takes them in, and says how far they are. Safe for any thread. */
final class BatchDesk implements Batches {

    private static final long READY_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long AGAIN_NANOS = Duration.ofMillis(50).toNanos();
    private static final long GONE_NANOS = Duration.ofSeconds(30).toNanos();

    private final Supplier<Readiness> readiness;
    private final BatchStore store;
    private final BatchRunner runner;
    private final BatchObservers observers;
    private final Loop loop;
    private final Set<Promise<BatchStatus>> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    BatchDesk(Supplier<Readiness> readiness, BatchStore store, BatchRunner runner, Loop loop) {
        this.readiness = readiness;
        this.store = store;
        this.runner = runner;
        this.observers = new BatchObservers(store, loop);
        this.loop = loop;
    }

    @Override
    public Future<BatchStatus> submit(Batch batch) {
        if (stopped) {
            return Future.failedFuture(shuttingDown());
        }
        if (batch.size() == 0) {
            return Future.failedFuture(ErrorCode.INVALID.notExecuted("batch " + batch.id() + " has no command"));
        }
        Promise<BatchStatus> done = PendingReply.promiseOnCallersContext();
        List<StoredCommand> commands = new ArrayList<>(batch.size());
        Promise<Void> encoded = Promise.promise();
        loop.offload(() -> encode(batch, commands, encoded), () -> {});
        encoded.future()
                .compose(nothing -> whenReady(ErrorCode.INTERNAL::notExecuted))
                .compose(nothing -> keep(batch, commands))
                .compose(kept -> whenReady(ErrorCode.INTERNAL::unknown).map(kept))
                .onComplete(done);
        return done.future();
    }

    /** What a node takes in while it is cut off may be lost with it, so it is asked before and after. */
    private Future<Void> whenReady(Function<String, ExchangeException> failure) {
        return whenReady(failure, loop.nanoTime() + READY_NANOS);
    }

    private Future<Void> whenReady(Function<String, ExchangeException> failure, long giveUpNanos) {
        Readiness now = readiness.get();
        if (now.ready()) {
            return Future.succeededFuture();
        }
        if (stopped || loop.nanoTime() >= giveUpNanos) {
            return Future.failedFuture(
                    failure.apply("this node cannot take a batch now, submit it again: " + now.detail()));
        }
        Promise<Void> later = Promise.promise();
        loop.execute(() -> loop.schedule(
                new Alarm(() -> whenReady(failure, giveUpNanos).onComplete(later)), loop.nanoTime() + AGAIN_NANOS));
        return later.future();
    }

    /** A node that is cut off does not see what others keep. */
    private Optional<BatchStatus> seen(Optional<BatchRecord> read) {
        Readiness now = readiness.get();
        if (read.isEmpty() && !now.ready()) {
            throw ErrorCode.INTERNAL.unknown("the batches of the cluster cannot be reached: " + now.detail());
        }
        return read.map(BatchDesk::status);
    }

    private static void encode(Batch batch, List<StoredCommand> commands, Promise<Void> encoded) {
        try {
            long bytes = 0;
            for (Batch.Entry<?, ?> entry : batch.entries()) {
                StoredCommand command = StoredCommand.of(entry.command());
                commands.add(command);
                bytes += command.payload().length();
                if (bytes > Batch.MAX_BYTES) {
                    throw ErrorCode.TOO_LARGE.notExecuted("the requests of a batch have " + Batch.MAX_BYTES
                            + " bytes at the most: use several batches with one key");
                }
            }
            encoded.complete();
        } catch (ExchangeException e) {
            encoded.fail(e);
        }
    }

    private Future<BatchStatus> keep(Batch batch, List<StoredCommand> commands) {
        List<BatchItem> items = items(batch);
        Set<String> ids = new HashSet<>();
        Optional<String> twice = items.stream()
                .map(BatchItem::commandId)
                .filter(id -> !ids.add(id))
                .findFirst();
        if (twice.isPresent()) {
            return Future.failedFuture(ErrorCode.INVALID.notExecuted("two commands of batch " + batch.id()
                    + " have the id " + twice.get() + ": give each one of its own, or none"));
        }
        long now = store.clusterTime();
        Batch.Settings settings = batch.settings();
        BatchRecord record = new BatchRecord(
                batch.id(),
                batch.key(),
                new BatchPlan(
                        settings.concurrency(),
                        settings.retries(),
                        settings.maxFailures(),
                        now + settings.time().toMillis(),
                        settings.retention().toMillis()),
                Claim.NONE,
                false,
                now,
                BatchRecord.NOT_ENDED,
                1,
                items);
        return store.create(record, commands).compose(created -> created ? begun(record) : known(batch, commands));
    }

    /** There is one with its id; unless its retention has ended just now. */
    private Future<BatchStatus> known(Batch batch, List<StoredCommand> commands) {
        return store.read(batch.id())
                .compose(read -> read.map(record -> Future.succeededFuture(status(record)))
                        .orElseGet(() -> keep(batch, commands)));
    }

    private Future<BatchStatus> begun(BatchRecord record) {
        runner.run(record);
        return Future.succeededFuture(status(record));
    }

    private static List<BatchItem> items(Batch batch) {
        List<BatchItem> items = new ArrayList<>(batch.size());
        for (Batch.Entry<?, ?> entry : batch.entries()) {
            Command<?, ?> command = entry.command();
            items.add(BatchItem.created(
                    command.id().orElse(batch.id() + "." + items.size()),
                    entry.targetId(),
                    command.type().name(),
                    command.delivery()));
        }
        return items;
    }

    @Override
    public Future<Optional<BatchStatus>> find(String batchId) {
        return onCallersContext(store.read(batchId).map(this::seen));
    }

    @Override
    public Future<List<BatchStatus>> ofKey(String key) {
        return onCallersContext(store.ofKey(key)
                .map(records -> records.stream()
                        .sorted(Comparator.comparingLong(BatchRecord::createdAt).thenComparing(BatchRecord::id))
                        .map(BatchDesk::status)
                        .toList()));
    }

    @Override
    public Future<Optional<BatchStatus>> cancel(String batchId) {
        BatchEvent wish = new BatchEvent.CancelRequested(store.clusterTime());
        return onCallersContext(store.submit(batchId, Claim.NONE, List.of(wish))
                .compose(nothing -> store.read(batchId))
                .map(this::seen));
    }

    @Override
    public Future<BatchStatus> ended(String batchId) {
        Promise<BatchStatus> end = PendingReply.promiseOnCallersContext();
        waiting.add(end);
        EndWatch watch = new EndWatch(end);
        Registration observation = observers.observe(batchId, watch::seen, () -> watch.missed(batchId));
        end.future().onComplete(ended -> {
            observation.cancel();
            waiting.remove(end);
        });
        if (stopped) {
            end.tryFail(shuttingDown());
        }
        return end.future();
    }

    @Override
    public Observation observe(String batchId, Consumer<BatchStatus> observer) {
        return observers.observe(batchId, record -> observer.accept(status(record)), () -> {})::cancel;
    }

    @Override
    public Observation observeKey(String key, Consumer<BatchStatus> observer) {
        return observers.observeKey(key, record -> observer.accept(status(record)))::cancel;
    }

    private static <T> Future<T> onCallersContext(Future<T> future) {
        Promise<T> promise = PendingReply.promiseOnCallersContext();
        future.onComplete(promise);
        return promise.future();
    }

    private static BatchStatus status(BatchRecord record) {
        return new BatchStatus(
                record.id(),
                record.key(),
                record.state(),
                record.version(),
                record.items().stream().map(BatchDesk::status).toList(),
                Instant.ofEpochMilli(record.createdAt()),
                record.hasEnded() ? Optional.of(Instant.ofEpochMilli(record.endedAt())) : Optional.empty());
    }

    private static BatchStatus.Item status(BatchItem item) {
        Optional<ReplyError> error =
                item.last().map(last -> last instanceof Outcome.Failed failed ? failed.error() : null);
        Optional<ExchangeException> failure =
                item.last().map(last -> last instanceof Outcome.Refused refused ? refused.cause() : null);
        return new BatchStatus.Item(
                item.commandId(),
                item.targetId(),
                item.type(),
                item.state(),
                item.attempt(),
                item.tries(),
                error,
                failure);
    }

    /**
     * Waits for the end of one batch. One that goes on cannot be forgotten: where it seems to be, this node may be cut off from it, and
     * only if that lasts has the cluster lost it. Confined to the loop of the node.
     */
    private final class EndWatch {

        private final Promise<BatchStatus> end;
        private boolean wasThere;
        private long missedSinceNanos = Long.MAX_VALUE;

        EndWatch(Promise<BatchStatus> end) {
            this.end = end;
        }

        void seen(BatchRecord record) {
            wasThere = true;
            if (record.hasEnded()) {
                end.tryComplete(status(record));
            }
        }

        void missed(String batchId) {
            long now = loop.nanoTime();
            missedSinceNanos = Math.min(missedSinceNanos, now);
            boolean isGone = !wasThere || now - missedSinceNanos >= GONE_NANOS;
            if (isGone && readiness.get().ready()) {
                end.tryFail(ErrorCode.INVALID.notExecuted("there is no batch " + batchId));
            }
        }
    }

    /** Says no more of any batch; those that ran here must have been released. */
    Future<Void> close() {
        stopped = true;
        List.copyOf(waiting).forEach(end -> end.tryFail(shuttingDown()));
        return observers.close().eventually(store::close);
    }

    private static ExchangeException shuttingDown() {
        return ErrorCode.SHUTTING_DOWN.notExecuted("the controller stops");
    }
}
