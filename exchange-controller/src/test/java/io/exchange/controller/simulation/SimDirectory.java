package io.exchange.controller.simulation;

import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.DirectoryListener;
import io.exchange.controller.cluster.Registration;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongFunction;

/** A directory that can lose all that it knows, while the nodes that share it go on. */
final class SimDirectory implements Directory {

    private final LongFunction<Directory> create;
    private final List<DirectoryListener> listeners = new ArrayList<>();
    private final Tally tally;
    private Directory records;

    /**
     * Nothing is known at first.
     *
     * @param create makes an empty one that for so many milliseconds takes into account that others may hold something
     */
    SimDirectory(LongFunction<Directory> create, long settleMillis, Tally tally) {
        this.create = create;
        this.tally = tally;
        this.records = create.apply(settleMillis);
    }

    void lose(long settleMillis) {
        records = create.apply(settleMillis);
        listeners.forEach(records::listen);
    }

    @Override
    public TargetRecord lookup(String targetId) {
        return records.lookup(targetId);
    }

    @Override
    public Future<TargetRecord> read(String targetId) {
        return records.read(targetId);
    }

    @Override
    public Future<Verdict> submit(String targetId, TargetEvent event) {
        return records.submit(targetId, event).onSuccess(verdict -> tally.count(event, verdict));
    }

    @Override
    public Registration listen(DirectoryListener listener) {
        listeners.add(listener);
        return records.listen(listener);
    }

    @Override
    public Collection<TargetRecord> snapshot() {
        return records.snapshot();
    }

    @Override
    public long clusterTime() {
        return records.clusterTime();
    }

    @Override
    public Future<Void> close() {
        return records.close();
    }
}
