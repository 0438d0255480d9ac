package io.exchange.controller.batch;

import io.exchange.channel.Alarm;
import io.exchange.channel.Loop;
import io.exchange.controller.cluster.Registration;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who wants to be told of batches. What the store tells makes them look sooner; a look now and then finds what it missed. So
 * each is told at least once of where a batch is. Confined to the node's loop, but for its public methods.
 */
public final class BatchObservers {

    private static final Logger LOG = System.getLogger("io.exchange.controller.Batches");
    private static final int MOST_UNWANTED = 10_000;
    private static final long LOOK_NANOS = Duration.ofSeconds(3).toNanos();

    private final BatchStore store;
    private final Loop loop;
    private final List<Observer> observers = new ArrayList<>();
    private final Set<String> reading = new HashSet<>();
    private final Set<String> changedMeanwhile = new HashSet<>();
    private final Set<String> unwanted = new HashSet<>();
    private final Alarm look = new Alarm(this::look);
    private final Registration registration;
    private boolean closed;

    /** An id may be given again after the retention. */
    private record Seen(long createdAt, long version) {}

    private static final class Observer {

        private final boolean isOfKey;
        private final String wanted;
        private final Consumer<BatchRecord> told;
        private final Runnable missed;
        private final Map<String, Seen> seen = new HashMap<>();

        Observer(boolean isOfKey, String wanted, Consumer<BatchRecord> told, Runnable missed) {
            this.isOfKey = isOfKey;
            this.wanted = wanted;
            this.told = told;
            this.missed = missed;
        }

        boolean wants(BatchRecord record) {
            return wanted.equals(isOfKey ? record.key() : record.id());
        }

        boolean mayWant(String batchId) {
            return isOfKey || wanted.equals(batchId);
        }

        void see(BatchRecord record) {
            Seen last = seen.get(record.id());
            boolean isNew = last == null || last.createdAt != record.createdAt() || last.version < record.version();
            if (isNew && wants(record)) {
                seen.put(record.id(), new Seen(record.createdAt(), record.version()));
                tell(record);
            }
        }

        private void tell(BatchRecord record) {
            try {
                told.accept(record);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "an observer failed at batch " + record.id(), e);
            }
        }

        void seeAll(List<BatchRecord> records) {
            seen.keySet().retainAll(records.stream().map(BatchRecord::id).toList());
            records.forEach(this::see);
        }
    }

    /**
     * Nobody yet.
     *
     * @param store where batches are kept
     * @param loop the node's own loop, on which observers are told
     */
    public BatchObservers(BatchStore store, Loop loop) {
        this.store = store;
        this.loop = loop;
        this.registration = store.listen(batchId -> loop.execute(() -> changed(batchId)));
    }

    /**
     * Adds an observer of one batch. Any thread.
     *
     * @param batchId the batch
     * @param told takes its record, now and after each change
     * @param missed told when it is looked for and not there
     * @return removes it
     */
    public Registration observe(String batchId, Consumer<BatchRecord> told, Runnable missed) {
        return add(new Observer(false, batchId, told, missed));
    }

    /**
     * Adds an observer of all batches with a key. Any thread.
     *
     * @param key the key
     * @param told takes their records, now and after each change
     * @return removes it
     */
    public Registration observeKey(String key, Consumer<BatchRecord> told) {
        return add(new Observer(true, key, told, () -> {}));
    }

    private Registration add(Observer observer) {
        loop.execute(() -> {
            if (!closed) {
                observers.add(observer);
                unwanted.clear();
                look(observer);
                lookAgain();
            }
        });
        return () -> loop.execute(() -> observers.remove(observer));
    }

    private void changed(String batchId) {
        if (unwanted.contains(batchId) || observers.stream().noneMatch(observer -> observer.mayWant(batchId))) {
            return;
        }
        if (!reading.add(batchId)) {
            changedMeanwhile.add(batchId);
            return;
        }
        store.read(batchId)
                .onComplete(read -> loop.execute(() -> {
                    reading.remove(batchId);
                    if (read.succeeded()) {
                        read.result().ifPresentOrElse(this::see, () -> miss(batchId));
                    }
                    if (changedMeanwhile.remove(batchId)) {
                        changed(batchId);
                    }
                }));
    }

    private void see(BatchRecord record) {
        if (observers.stream().noneMatch(observer -> observer.wants(record))) {
            if (unwanted.size() >= MOST_UNWANTED) {
                unwanted.clear();
            }
            unwanted.add(record.id()); // of another key: not read again at each change
        }
        List.copyOf(observers).forEach(observer -> observer.see(record));
    }

    private void miss(String batchId) {
        for (Observer observer : List.copyOf(observers)) {
            if (!observer.isOfKey && observer.wanted.equals(batchId)) {
                observer.missed.run();
            }
        }
    }

    private void look() {
        List.copyOf(observers).forEach(this::look);
        lookAgain();
    }

    private void lookAgain() {
        if (!closed && !look.isScheduled() && !observers.isEmpty()) {
            loop.schedule(look, loop.nanoTime() + LOOK_NANOS);
        }
    }

    private void look(Observer observer) {
        if (observer.isOfKey) {
            store.ofKey(observer.wanted)
                    .onSuccess(records -> loop.execute(() -> {
                        if (observers.contains(observer)) {
                            observer.seeAll(records);
                        }
                    }));
        } else {
            changed(observer.wanted);
        }
    }

    /**
     * Tells nobody any more. Any thread.
     *
     * @return completes when no alarm is left
     */
    public Future<Void> close() {
        registration.cancel();
        Promise<Void> done = Promise.promise();
        loop.execute(() -> {
            closed = true;
            observers.clear();
            look.cancel();
            done.complete();
        });
        return done.future();
    }
}
