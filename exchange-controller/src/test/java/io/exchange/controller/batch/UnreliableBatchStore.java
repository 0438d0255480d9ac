package io.exchange.controller.batch;

import io.exchange.api.ErrorCode;
import io.exchange.controller.cluster.Registration;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A store that does what it is asked and, when the test says so, does not say so. */
public final class UnreliableBatchStore implements BatchStore {

    private final BatchStore kept;
    boolean losesAnswers;
    boolean tellsNobody;
    public boolean isParted;
    public Runnable beforeCreate = () -> {};

    public UnreliableBatchStore(BatchStore kept) {
        this.kept = kept;
    }

    private <T> Future<T> answer(Future<T> done) {
        return losesAnswers ? Future.failedFuture(ErrorCode.INTERNAL.unknown("the answer is lost")) : done;
    }

    @Override
    public Future<Boolean> create(BatchRecord record, List<StoredCommand> commands) {
        beforeCreate.run();
        return answer(kept.create(record, commands));
    }

    @Override
    public Future<Optional<BatchRecord>> read(String batchId) {
        return isParted ? Future.succeededFuture(Optional.empty()) : kept.read(batchId);
    }

    @Override
    public Future<List<BatchRecord>> ofKey(String key) {
        return kept.ofKey(key);
    }

    @Override
    public Future<Optional<StoredCommand>> command(BatchRecord record, int index) {
        return kept.command(record, index);
    }

    @Override
    public Future<Result> submit(String batchId, Claim by, List<BatchEvent> events) {
        return isParted
                ? Future.succeededFuture(new Result(Verdict.GONE, 0))
                : answer(kept.submit(batchId, by, events));
    }

    @Override
    public Future<List<String>> dueHere(Set<String> others) {
        return isParted ? Future.succeededFuture(List.of()) : kept.dueHere(others);
    }

    @Override
    public Future<List<String>> due(Set<String> others) {
        return isParted ? Future.succeededFuture(List.of()) : kept.due(others);
    }

    @Override
    public Future<Void> remove(BatchRecord record) {
        return kept.remove(record);
    }

    @Override
    public Future<Void> removeCommands(BatchRecord record) {
        return kept.removeCommands(record);
    }

    @Override
    public Registration listen(Consumer<String> changed) {
        return kept.listen(batchId -> {
            if (!tellsNobody) {
                changed.accept(batchId);
            }
        });
    }

    @Override
    public long clusterTime() {
        return kept.clusterTime();
    }

    @Override
    public Future<Void> close() {
        return kept.close();
    }
}
