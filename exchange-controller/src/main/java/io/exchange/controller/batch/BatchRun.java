package io.exchange.controller.batch;

import io.exchange.api.Call;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.Reply;
import io.exchange.channel.Alarm;
import io.exchange.channel.Loop;
import io.exchange.controller.route.SendLog;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * One batch that this node runs under its claim, to the end or until it has to give it back. What has happened is written
 * first and acted upon when it is kept. Confined to the node's loop.
 */
final class BatchRun implements ClaimedRecord.Holder {

    /**
     * What a run works with.
     *
     * @param mayRun whether nobody can have taken over what this node holds
     * @param chance from 0, included, to 1
     * @param over told once when the run is over, with the record if the batch has ended
     */
    record Parts(
            BatchStore store,
            CommandSender sender,
            Loop loop,
            BooleanSupplier mayRun,
            DoubleSupplier chance,
            Consumer<Optional<BatchRecord>> over) {}

    private enum Phase {
        /** Sends. */
        RUNNING,
        /** Sends nothing more, waits for what is under way, then gives the claim back. */
        HALTING,
        /** The claim is being given back; nothing else is written. */
        RELEASING,
        /** Does nothing any more. */
        OVER
    }

    private static final int MOST_MISSES = 20;
    private static final long AGAIN_NANOS = Duration.ofMillis(500).toNanos();
    private static final long RELEASE_NANOS = Duration.ofSeconds(3).toNanos();
    private static final long CONFIRM_NANOS = Duration.ofMillis(20).toNanos();

    /**
     * Within this time of its record nobody else can have taken a command over, and after it what is sent for the first time goes as a
     * repeat ({@link io.exchange.channel.PendingCommand#sharedSince}).
     */
    private static final long ALONE_NANOS = Duration.ofSeconds(1).toNanos();

    /** How far the cluster times of two nodes may differ, on the side of not running what may have run. */
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(2);

    private final Parts parts;
    private final ClaimedRecord record;
    private final Map<Integer, Optional<Call<Buffer>>> underWay = new HashMap<>();
    private final Map<Integer, Integer> missing = new HashMap<>();
    private final Promise<Void> released = Promise.promise();
    private final Alarm next = new Alarm(this::advance);
    private final Alarm patience = new Alarm(this::release);
    private Phase phase = Phase.RUNNING;

    BatchRun(Parts parts, BatchRecord record) {
        this.parts = parts;
        this.record = new ClaimedRecord(parts.store, parts.loop, record, this);
    }

    // --- what to send

    /** Sends what may be sent now. */
    void advance() {
        if (phase != Phase.RUNNING) {
            return;
        }
        long now = parts.store.clusterTime();
        if (!parts.mayRun.getAsBoolean()) {
            wakeAt(now, now + Duration.ofNanos(AGAIN_NANOS).toMillis());
            return;
        }
        if (isToBeEnded(now)) {
            record.post(new BatchEvent.Looked(now));
        }
        long wake = record.get().plan().deadline();
        List<BatchItem> items = record.get().items();
        for (int i = 0;
                i < items.size() && underWay.size() < record.get().plan().concurrency();
                i++) {
            BatchItem item = items.get(i);
            if (!item.state().isEnd() && !underWay.containsKey(i)) {
                if (item.retryAt() <= now) {
                    launch(i, item, now);
                } else {
                    wake = Math.min(wake, item.retryAt());
                }
            }
        }
        wakeAt(now, wake);
    }

    /** The deadline has passed, or all had ended when two halves of a cluster were joined. */
    private boolean isToBeEnded(long now) {
        boolean late = now >= record.get().plan().deadline();
        return record.isWritten() && (late ? underWay.isEmpty() : isOver());
    }

    private boolean isOver() {
        return underWay.isEmpty()
                && record.get().items().stream().allMatch(item -> item.state().isEnd());
    }

    private void wakeAt(long now, long then) {
        long wait = Duration.ofMillis(Math.max(10, then - now)).toNanos();
        next.cancel();
        parts.loop.schedule(next, parts.loop.nanoTime() + wait);
    }

    private void launch(int index, BatchItem item, long now) {
        underWay.put(index, Optional.empty());
        if (!isRefused(index, item, now)) {
            parts.store
                    .command(record.get(), index)
                    .onComplete(read -> parts.loop.execute(() -> send(index, item, read)));
        }
    }

    private boolean isRefused(int index, BatchItem item, long now) {
        Optional<ExchangeException> objection = objection(item, now);
        objection.ifPresent(refusal -> answered(index, item, new Outcome.Refused(refusal)));
        return objection.isPresent();
    }

    /** What was begun before and cannot be gone on with. */
    private Optional<ExchangeException> objection(BatchItem item, long now) {
        boolean begun = !item.sessionId().isEmpty();
        if (begun && record.get().cancelRequested()) {
            return Optional.of(ErrorCode.CANCELLED.unknown("the batch was cancelled, and its node is gone"));
        }
        if (begun && item.delivery() == Delivery.AT_MOST_ONCE) {
            return Optional.of(ErrorCode.CHANNEL_CLOSED.unknown("the node that sent it is gone"));
        }
        if (now >= record.get().plan().deadline()) {
            String why = "the deadline of the batch passed";
            return Optional.of(begun ? ErrorCode.TIMEOUT.unknown(why) : ErrorCode.TIMEOUT.notExecuted(why));
        }
        return Optional.empty();
    }

    private void send(int index, BatchItem item, AsyncResult<Optional<StoredCommand>> read) {
        if (phase != Phase.RUNNING || !record.get().items().get(index).maySend(item.attempt())) {
            left(index); // given up meanwhile
            return;
        }
        long now = parts.store.clusterTime();
        if (isRefused(index, item, now)) {
            return;
        }
        boolean isMissing = read.succeeded()
                && read.result().isEmpty()
                && missing.merge(index, 1, Integer::sum) < MOST_MISSES; // a split may make it seem so
        if (read.failed() || isMissing) {
            underWay.remove(index);
            wakeAt(now, now + Duration.ofNanos(AGAIN_NANOS).toMillis());
            return;
        }
        Optional<StoredCommand> stored = read.result();
        if (stored.isEmpty()) {
            String why = "what the command carries is not kept any more";
            boolean begun = !item.sessionId().isEmpty();
            answered(
                    index,
                    item,
                    new Outcome.Refused(begun ? ErrorCode.INVALID.unknown(why) : ErrorCode.INVALID.notExecuted(why)));
            return;
        }
        long left = record.get().plan().deadline() - now;
        ItemLog log = new ItemLog(index, item);
        Call<Buffer> call = parts.sender.send(item.targetId(), stored.get().toSend(item, Duration.ofMillis(left)), log);
        underWay.put(index, Optional.of(call));
        call.reply()
                .onComplete(reply -> parts.loop.execute(() -> {
                    if (log.isHeldBack) {
                        left(index);
                    } else {
                        answered(index, item, outcome(reply));
                    }
                }));
    }

    private static Outcome outcome(AsyncResult<Reply<Buffer>> reply) {
        if (reply.succeeded()) {
            return reply.result()
                    .error()
                    .<Outcome>map(Outcome.Failed::new)
                    .orElseGet(() -> new Outcome.Succeeded(Payload.EMPTY));
        }
        return new Outcome.Refused(
                reply.cause() instanceof ExchangeException known
                        ? known
                        : ErrorCode.INTERNAL.unknown(String.valueOf(reply.cause())));
    }

    private void answered(int index, BatchItem item, Outcome outcome) {
        if (isOfThisNode(outcome)) {
            left(index);
        } else if (phase == Phase.RUNNING || phase == Phase.HALTING) {
            record.post(new BatchEvent.Answered(
                            index,
                            item.attempt(),
                            item.tries(),
                            outcome,
                            parts.chance.getAsDouble(),
                            parts.store.clusterTime()))
                    .onComplete(written -> left(index));
        }
    }

    /**
     * What a node that stops, or that others may have given up, is refused says nothing of the command: whoever goes on with the
     * batch asks the session, or sends it first.
     */
    private boolean isOfThisNode(Outcome outcome) {
        if (!(outcome instanceof Outcome.Refused refused)) {
            return false;
        }
        boolean notExecuted = refused.cause().execution() == Execution.NOT_EXECUTED;
        return phase == Phase.HALTING || (notExecuted && !parts.mayRun.getAsBoolean());
    }

    private void left(int index) {
        underWay.remove(index);
        resume();
    }

    private void resume() {
        if (phase == Phase.HALTING && underWay.isEmpty()) {
            release();
        } else if (phase == Phase.RUNNING) {
            next.cancel();
            parts.loop.schedule(next, parts.loop.nanoTime());
        }
    }

    /** Which session may have got a command, as the record keeps it. */
    private final class ItemLog implements SendLog {

        private final int index;
        private final BatchItem item;
        /** It was not sent, as this node may not: that is no outcome of the command. */
        private boolean isHeldBack;

        ItemLog(int index, BatchItem item) {
            this.index = index;
            this.item = item;
        }

        @Override
        public int attempt() {
            return item.attempt();
        }

        @Override
        public Optional<Sent> sent() {
            if (item.sessionId().isEmpty()) {
                return Optional.empty();
            }
            Duration age = Duration.ofMillis(Math.max(0, parts.store.clusterTime() - item.sentAt()));
            return Optional.of(new Sent(item.sessionId(), age.plus(CLOCKS_DIFFER)));
        }

        @Override
        public Future<Void> sending(String sessionId) {
            Promise<Void> kept = Promise.promise();
            parts.loop.execute(() -> {
                if (phase != Phase.RUNNING) {
                    holdBack(kept);
                    return;
                }
                long until = parts.loop.nanoTime() + ALONE_NANOS;
                record.post(new BatchEvent.Sending(index, item.attempt(), sessionId, parts.store.clusterTime()))
                        .onSuccess(after -> confirm(sessionId, kept, until))
                        .onFailure(lost -> holdBack(kept));
            });
            return kept.future();
        }

        /** Whenever a node comes or goes, the others may not send for a moment. */
        private void confirm(String sessionId, Promise<Void> kept, long until) {
            BatchItem after = record.get().items().get(index);
            long now = parts.loop.nanoTime();
            if (!after.maySend(item.attempt()) || !after.sessionId().equals(sessionId)) {
                kept.fail(ErrorCode.CANCELLED.notExecuted("the batch was given up before it was sent"));
            } else if (parts.mayRun.getAsBoolean()) {
                kept.complete();
            } else if (phase == Phase.RUNNING && now < until) {
                parts.loop.schedule(new Alarm(() -> confirm(sessionId, kept, until)), now + CONFIRM_NANOS);
            } else {
                holdBack(kept);
            }
        }

        private void holdBack(Promise<Void> kept) {
            isHeldBack = true;
            kept.fail(ErrorCode.SHUTTING_DOWN.notExecuted("this node does not run the batch any more"));
        }
    }

    // --- what has become of the record

    @Override
    public void changed(BatchRecord before, BatchRecord after) {
        boolean cancelled = after.cancelRequested() && !before.cancelRequested();
        underWay.forEach((index, call) -> {
            if (cancelled || after.items().get(index).state().isEnd()) {
                call.ifPresent(Call::cancel); // of one that has ended well this does nothing
            }
        });
        if (after.hasEnded()) {
            finish(Optional.of(after));
        } else if (!after.claim().equals(record.claim())) {
            lost();
        } else if (cancelled) {
            resume();
        }
    }

    /** It has been given back, or another node has taken it: what is under way is for that one to ask for. */
    @Override
    public void lost() {
        finish(Optional.empty());
    }

    /** Somebody has changed the record. */
    void look() {
        record.look();
    }

    // --- how it ends

    /** Sends nothing any more; gives the batch back when what is under way has ended, or the time is over. */
    Future<Void> halt(Duration time) {
        if (phase == Phase.RUNNING) {
            phase = Phase.HALTING;
            next.cancel();
        }
        if (phase == Phase.HALTING) {
            // what the record says is sent, and waits, may still leave as if nobody else could have sent it
            long end = parts.loop.nanoTime() + Math.max(time.toNanos(), ALONE_NANOS);
            long sooner = patience.isScheduled() ? Math.min(end, patience.dueNanos()) : end;
            patience.cancel();
            parts.loop.schedule(patience, sooner);
            resume();
        }
        return released.future();
    }

    private void release() {
        if (phase == Phase.HALTING) {
            phase = Phase.RELEASING;
            patience.cancel();
            parts.loop.schedule(patience, parts.loop.nanoTime() + RELEASE_NANOS);
            record.post(new BatchEvent.Released(parts.store.clusterTime()));
        } else if (phase == Phase.RELEASING) {
            lost(); // the cluster cannot be reached; others take it when this node is gone
        }
    }

    private void finish(Optional<BatchRecord> ended) {
        phase = Phase.OVER;
        List.of(next, patience).forEach(Alarm::cancel);
        record.close();
        released.tryComplete();
        parts.over.accept(ended);
    }
}
