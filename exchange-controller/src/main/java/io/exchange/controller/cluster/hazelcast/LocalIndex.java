package io.exchange.controller.cluster.hazelcast;

import io.exchange.controller.cluster.DirectoryListener;
import io.exchange.controller.cluster.OrderedChanges;
import io.exchange.controller.cluster.Registration;
import io.exchange.controller.primary.TargetRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What this node knows of all records, from its own steps, from events, from reads. Safe for any thread: whatever comes in
 * which order, the newest stays, and listeners see versions grow.
 */
final class LocalIndex {

    private final Map<String, TargetRecord> records = new ConcurrentHashMap<>();
    private final OrderedChanges changes = new OrderedChanges();
    private final Consumer<Runnable> deliverer;

    /**
     * An index without a record.
     *
     * @param deliverer runs what tells the listeners, off the caller's thread
     */
    LocalIndex(Consumer<Runnable> deliverer) {
        this.deliverer = deliverer;
    }

    Registration listen(DirectoryListener listener) {
        return changes.add(listener);
    }

    /** The record; with version 0 if none is known. */
    TargetRecord get(String targetId) {
        TargetRecord record = records.get(targetId);
        return record == null ? TargetRecord.unknown(targetId) : record;
    }

    Collection<TargetRecord> all() {
        return new ArrayList<>(records.values());
    }

    Set<String> targetIds() {
        return Set.copyOf(records.keySet());
    }

    /** A record as somebody saw it: taken if it is newer. */
    void offer(TargetRecord seen) {
        records.compute(seen.targetId(), (id, known) -> {
            if (known != null && known.version() >= seen.version()) {
                return known;
            }
            changes.note(known == null ? TargetRecord.unknown(id) : known, seen);
            return seen;
        });
        deliver(seen.targetId());
    }

    /** A record is gone: so is what was known of it, unless that is newer. */
    void forget(String targetId, long version) {
        records.computeIfPresent(targetId, (id, known) -> {
            if (known.version() > version) {
                return known;
            }
            changes.note(known, TargetRecord.unknown(id));
            return null;
        });
        deliver(targetId);
    }

    /**
     * A record as it was read where it is kept, after this node knew of a version: if that was newer the record has lost
     * something, and what was known gives way, unless it is another one by now.
     */
    void correct(TargetRecord known, TargetRecord read) {
        if (read.version() >= known.version()) {
            offer(read);
            return;
        }
        records.computeIfPresent(known.targetId(), (id, current) -> {
            if (current.version() != known.version()) {
                return current;
            }
            changes.note(current, read);
            return read.version() == 0 ? null : read;
        });
        deliver(known.targetId());
    }

    void clear() {
        changes.clear();
        records.clear();
    }

    private void deliver(String targetId) {
        deliverer.accept(() -> changes.deliver(targetId));
    }
}
