package io.exchange.controller.batch;

import io.exchange.controller.cluster.Registration;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The batches of a node that is alone. Every future is complete when it is returned. */
public final class MemoryBatchStore implements BatchStore {

    private record Kept(BatchRecord record, List<StoredCommand> commands) {}

    private final LongSupplier clock;
    private final Map<String, Kept> batches = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    /**
     * A store without a batch.
     *
     * @param clock cluster time in milliseconds
     */
    public MemoryBatchStore(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public Future<Boolean> create(BatchRecord record, List<StoredCommand> commands) {
        boolean created = batches.putIfAbsent(record.id(), new Kept(record, List.copyOf(commands))) == null;
        if (created) {
            changed(record.id());
        }
        return Future.succeededFuture(created);
    }

    @Override
    public Future<Optional<BatchRecord>> read(String batchId) {
        return Future.succeededFuture(Optional.ofNullable(batches.get(batchId)).map(Kept::record));
    }

    @Override
    public Future<List<BatchRecord>> ofKey(String key) {
        return Future.succeededFuture(batches.values().stream()
                .map(Kept::record)
                .filter(record -> record.key().equals(key))
                .toList());
    }

    @Override
    public Future<Optional<StoredCommand>> command(BatchRecord record, int index) {
        return Future.succeededFuture(Optional.ofNullable(batches.get(record.id()))
                .map(Kept::commands)
                .filter(commands -> index < commands.size())
                .map(commands -> commands.get(index)));
    }

    @Override
    public Future<Result> submit(String batchId, Claim by, List<BatchEvent> events) {
        AtomicReference<Result> result = new AtomicReference<>(new Result(Verdict.GONE, 0));
        batches.computeIfPresent(batchId, (id, kept) -> {
            BatchRecord before = kept.record;
            BatchRecord after = BatchSteps.apply(before, by, events).orElse(null);
            result.set(new Result(after == null ? Verdict.REFUSED : Verdict.ACCEPTED, before.version()));
            return after == null ? kept : new Kept(after, kept.commands);
        });
        changed(batchId);
        return Future.succeededFuture(result.get());
    }

    @Override
    public Future<List<String>> dueHere(Set<String> others) {
        return due(others);
    }

    @Override
    public Future<List<String>> due(Set<String> others) {
        long now = clock.getAsLong();
        return Future.succeededFuture(batches.values().stream()
                .map(Kept::record)
                .filter(record -> record.hasEnded()
                        ? record.isForgettable(now)
                        : !others.contains(record.claim().nodeId()))
                .map(BatchRecord::id)
                .toList());
    }

    @Override
    public Future<Void> remove(BatchRecord record) {
        batches.computeIfPresent(
                record.id(), (id, kept) -> kept.record.createdAt() == record.createdAt() ? null : kept);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> removeCommands(BatchRecord record) {
        batches.computeIfPresent(record.id(), (id, kept) -> new Kept(kept.record, List.of()));
        return Future.succeededFuture();
    }

    private void changed(String batchId) {
        listeners.forEach(listener -> listener.accept(batchId));
    }

    @Override
    public Registration listen(Consumer<String> changed) {
        listeners.add(changed);
        return () -> listeners.remove(changed);
    }

    @Override
    public long clusterTime() {
        return clock.getAsLong();
    }

    @Override
    public Future<Void> close() {
        listeners.clear();
        batches.clear();
        return Future.succeededFuture();
    }
}
