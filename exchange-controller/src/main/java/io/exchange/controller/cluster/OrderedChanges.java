package io.exchange.controller.cluster;

import io.exchange.controller.primary.TargetRecord;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells listeners of changes in the order in which they were noted, one at a time for each target, without a thread of
 * its own: whoever delivers while somebody else does leaves the rest to them. Safe for any thread.
 */
public final class OrderedChanges {

    private static final Logger LOG = System.getLogger(OrderedChanges.class.getName());
    private static final int LANES = 64;

    private record Change(TargetRecord before, TargetRecord after) {}

    /** The targets of one lane share an order, so that a slow listener holds up only a few. */
    private static final class Lane {
        private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
        private final AtomicInteger waiting = new AtomicInteger();
    }

    private final List<DirectoryListener> listeners = new CopyOnWriteArrayList<>();
    private final Lane[] lanes = new Lane[LANES];

    /** Without a listener. */
    public OrderedChanges() {
        for (int i = 0; i < LANES; i++) {
            lanes[i] = new Lane();
        }
    }

    /**
     * Adds a listener.
     *
     * @param listener is told of what is delivered from now on
     * @return removes it
     */
    public Registration add(DirectoryListener listener) {
        listeners.add(listener);
        return new Added(listener);
    }

    /** One addition of a listener that may have been added more than once. */
    private final class Added implements Registration {
        private final DirectoryListener listener;
        private final AtomicBoolean cancelled = new AtomicBoolean();

        private Added(DirectoryListener listener) {
            this.listener = listener;
        }

        @Override
        public void cancel() {
            if (!cancelled.getAndSet(true)) {
                listeners.remove(listener);
            }
        }
    }

    /** Removes all listeners. */
    public void clear() {
        listeners.clear();
    }

    /**
     * Notes a change. Called while the record is locked, so that the order is that of the changes.
     *
     * @param before the record as it was
     * @param after as it is
     */
    public void note(TargetRecord before, TargetRecord after) {
        lane(after.targetId()).changes.add(new Change(before, after));
    }

    /**
     * Tells the listeners what was noted. Called after {@link #note}, while nothing is locked.
     *
     * @param targetId the target that was noted
     */
    public void deliver(String targetId) {
        Lane lane = lane(targetId);
        if (lane.waiting.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (Change change = lane.changes.poll(); change != null; change = lane.changes.poll()) {
                tell(change);
            }
            seen = lane.waiting.addAndGet(-seen);
        } while (seen != 0);
    }

    private void tell(Change change) {
        for (DirectoryListener listener : listeners) {
            try {
                listener.changed(change.before, change.after);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a listener failed at a change of " + change.after.targetId(), e);
            }
        }
    }

    private Lane lane(String targetId) {
        return lanes[Math.floorMod(targetId.hashCode(), LANES)];
    }
}
