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
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of all records. Safe for any thread: of what comes in any order the newest stays.
 *
 * <p>What the node learns from answers to itself can be looked up at once, but answers overtake each other; listeners are
 * told by the events of the map, which come in the order of the changes.
 */
final class LocalIndex {

    private final Map<String, TargetRecord> records = new ConcurrentHashMap<>();
    /** What listeners were told last, where that is not what {@link #records} says. Changed under the lock of the latter. */
    private final Map<String, TargetRecord> told = new ConcurrentHashMap<>();

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
        return orUnknown(targetId, records.get(targetId));
    }

    Collection<TargetRecord> all() {
        return new ArrayList<>(records.values());
    }

    Set<String> targetIds() {
        return Set.copyOf(records.keySet());
    }

    /** An answer said what a record is: taken if it is newer. */
    void learn(TargetRecord answer) {
        records.compute(answer.targetId(), (id, known) -> {
            if (known != null && known.version() >= answer.version()) {
                return known;
            }
            told.putIfAbsent(id, orUnknown(id, known));
            return answer;
        });
    }

    /** An answer said that there is no record, since some version of it. */
    void learnGone(String targetId, long version) {
        records.computeIfPresent(targetId, (id, known) -> {
            if (known.version() > version) {
                return known;
            }
            told.putIfAbsent(id, known);
            return null;
        });
    }

    /** An event said what a record is. */
    void hear(TargetRecord event) {
        records.compute(event.targetId(), (id, known) -> {
            TargetRecord last = told.getOrDefault(id, orUnknown(id, known));
            if (event.version() <= last.version()) {
                return known;
            }
            changes.note(last, event);
            if (known != null && known.version() > event.version()) {
                told.put(id, event);
                return known;
            }
            told.remove(id);
            return event.equals(known) ? known : event; // what is kept already is not kept twice
        });
        deliver(event.targetId());
    }

    /** An event said that a record is gone. */
    void hearGone(String targetId, long version) {
        records.compute(targetId, (id, known) -> {
            TargetRecord last = told.getOrDefault(id, orUnknown(id, known));
            boolean recreated = known != null && known.version() > version;
            if (last.version() == 0 || last.version() > version) {
                return known;
            }
            changes.note(last, TargetRecord.unknown(id));
            if (recreated) {
                told.put(id, TargetRecord.unknown(id));
                return known;
            }
            told.remove(id);
            return null;
        });
        deliver(targetId);
    }

    /**
     * A record was read where it is kept, after this node knew of a version: if that was newer, the record has lost
     * something, and what was known gives way unless it is another one by now.
     */
    void correct(TargetRecord known, TargetRecord read) {
        if (read.version() >= known.version()) {
            if (read.version() > 0) {
                learn(read);
            }
            return;
        }
        records.computeIfPresent(known.targetId(), (id, current) -> {
            if (current.version() != known.version()) {
                return current;
            }
            TargetRecord last = told.remove(id);
            changes.note(last == null ? current : last, read);
            return read.version() == 0 ? null : read;
        });
        deliver(known.targetId());
    }

    /** Tells listeners what they have not been told, though the event of it should have come by now. */
    void catchUp(String targetId) {
        if (!told.containsKey(targetId)) {
            return;
        }
        records.compute(targetId, (id, known) -> {
            TargetRecord last = told.remove(id);
            if (last != null) {
                changes.note(last, orUnknown(id, known));
            }
            return known;
        });
        deliver(targetId);
    }

    void clear() {
        changes.clear();
        records.clear();
        told.clear();
    }

    private static TargetRecord orUnknown(String targetId, @Nullable TargetRecord record) {
        return record == null ? TargetRecord.unknown(targetId) : record;
    }

    private void deliver(String targetId) {
        deliverer.accept(() -> changes.deliver(targetId));
    }
}
