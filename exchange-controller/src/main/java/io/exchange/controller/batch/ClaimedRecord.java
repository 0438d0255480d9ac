package io.exchange.controller.batch;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.channel.Alarm;
import io.exchange.channel.Loop;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * The record of a batch that this node has claimed: what the store last said of it, and the events that are still to be written
 * to it, several in one write. A write that fails is made again. Confined to the node's loop.
 */
final class ClaimedRecord {

    /** Who runs the batch. */
    interface Holder {

        /**
         * The record has been changed, by this node or another.
         *
         * @param before as it was known here
         * @param after as it is kept
         */
        void changed(BatchRecord before, BatchRecord after);

        /** The claim is another's, or the record is gone: nothing can be written any more. */
        void lost();
    }

    private record Unwritten(BatchEvent event, Promise<BatchRecord> written) {}

    private static final Logger LOG = System.getLogger("io.exchange.controller.Batches");
    private static final long AGAIN_NANOS = Duration.ofMillis(500).toNanos();
    private static final long REREAD_NANOS = Duration.ofMillis(200).toNanos();

    private final BatchStore store;
    private final Loop loop;
    private final Holder holder;
    private final Claim claim;
    private final ArrayDeque<Unwritten> unwritten = new ArrayDeque<>();
    private final Alarm writeAgain = new Alarm(this::write);
    private final Alarm confirmAgain = new Alarm(this::confirm);
    private final Alarm reread = new Alarm(this::read);
    private List<Unwritten> beingWritten = List.of();
    private BatchRecord record;
    private boolean writing;
    private boolean closed;

    ClaimedRecord(BatchStore store, Loop loop, BatchRecord record, Holder holder) {
        this.store = store;
        this.loop = loop;
        this.record = record;
        this.claim = record.claim();
        this.holder = holder;
    }

    BatchRecord get() {
        return record;
    }

    Claim claim() {
        return claim;
    }

    /** Whether all events are written. */
    boolean isWritten() {
        return !writing && unwritten.isEmpty();
    }

    /** Writes an event, with those that wait; completes when it is kept, with the record, which may refuse what it says. */
    Future<BatchRecord> post(BatchEvent event) {
        Unwritten added = new Unwritten(event, Promise.promise());
        unwritten.add(added);
        write();
        return added.written.future();
    }

    private void write() {
        if (writing || unwritten.isEmpty() || writeAgain.isScheduled() || closed) {
            return;
        }
        writing = true;
        beingWritten = List.copyOf(unwritten);
        List<BatchEvent> events = beingWritten.stream().map(Unwritten::event).toList();
        store.submit(record.id(), claim, events).onComplete(result -> loop.execute(() -> submitted(events, result)));
    }

    private void submitted(List<BatchEvent> events, AsyncResult<BatchStore.Result> result) {
        if (closed) {
            return;
        }
        if (result.failed()) {
            LOG.log(Level.WARNING, "batch " + record.id() + " could not be written; it will be again", result.cause());
            writing = false;
            loop.schedule(writeAgain, loop.nanoTime() + AGAIN_NANOS);
            return;
        }
        if (result.result().verdict() != BatchStore.Verdict.ACCEPTED) {
            holder.lost();
            return;
        }
        beingWritten.forEach(unwritten::remove);
        if (result.result().before() == record.version()) {
            kept(BatchSteps.apply(record, claim, events).orElse(record));
        } else {
            confirm();
        }
    }

    /** Somebody else has changed the record too: what has become of it must be read. */
    private void confirm() {
        store.read(record.id()).onComplete(read -> loop.execute(() -> confirmed(read)));
    }

    private void confirmed(AsyncResult<Optional<BatchRecord>> read) {
        if (closed) {
            return;
        }
        if (read.failed()) {
            loop.schedule(confirmAgain, loop.nanoTime() + AGAIN_NANOS);
        } else if (read.result().isEmpty()) {
            holder.lost();
        } else {
            kept(read.result().get());
        }
    }

    private void kept(BatchRecord after) {
        writing = false;
        adopt(after);
        if (!closed) { // else they have been told
            List<Unwritten> written = beingWritten;
            beingWritten = List.of();
            written.forEach(one -> one.written.tryComplete(record));
            write();
        }
    }

    /** Somebody has changed the record; it is read soon. */
    void look() {
        if (!reread.isScheduled() && !closed) {
            loop.schedule(reread, loop.nanoTime() + REREAD_NANOS);
        }
    }

    private void read() {
        if (closed || writing) {
            return; // what is being written tells whether there is more
        }
        store.read(record.id())
                .onSuccess(read -> loop.execute(() -> {
                    if (!writing && !closed) {
                        read.ifPresentOrElse(this::adopt, holder::lost);
                    }
                }));
    }

    private void adopt(BatchRecord after) {
        if (after.version() > record.version() && !closed) {
            BatchRecord before = record;
            record = after;
            holder.changed(before, after);
        }
    }

    /** Writes nothing any more; what was not written fails. */
    void close() {
        closed = true;
        List.of(writeAgain, confirmAgain, reread).forEach(Alarm::cancel);
        ExchangeException left = ErrorCode.SHUTTING_DOWN.notExecuted("this node does not run the batch any more");
        beingWritten.forEach(one -> one.written.tryFail(left));
        List.copyOf(unwritten).forEach(one -> one.written.tryFail(left));
        unwritten.clear();
    }
}
