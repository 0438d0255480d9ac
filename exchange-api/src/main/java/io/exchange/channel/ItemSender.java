package io.exchange.channel;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.PayloadType;
import io.exchange.protocol.Payload;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of one stream of items: sends as long as the reader gave credit, holds a bounded number back, and refuses
 * more. What it decides it decides on the session's loop; the methods of {@link WriteStream} may be called from any thread.
 */
final class ItemSender<T> implements WriteStream<T> {

    /** Items that wait for credit: from half of this the writer is asked to stop, past all of it writes are refused. */
    static final int MAX_WAITING = 256;

    /** A payload that waits, with the promise of its write; no payload for the end. */
    private record Waiting(@Nullable Payload payload, Promise<Void> written) {}

    private final StreamEnd end;
    private final PayloadType<T> type;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
    private final Queue<Waiting> arrived = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unsent = new AtomicInteger();
    private volatile @Nullable Handler<Void> drainHandler;
    private volatile @Nullable Context drainContext;
    private volatile @Nullable Handler<Throwable> exceptionHandler;
    private long sequence;
    private long itemCredit;
    private long byteCredit;
    private boolean bulkOnTheWay;
    private boolean ended;
    private volatile boolean writerWaits;
    private @Nullable ExchangeException closed;
    private @Nullable Runnable whenFlushed;

    ItemSender(StreamEnd end, PayloadType<T> type) {
        this.end = end;
        this.type = type;
    }

    @Override
    public Future<Void> write(T item) {
        Promise<Void> written = PendingReply.promiseOnCallersContext();
        Waiting next = new Waiting(Payload.of(type, item), written);
        unsent.incrementAndGet();
        arrived.add(next);
        end.execute(this::acceptArrived);
        return written.future();
    }

    @Override
    public Future<Void> end() {
        Promise<Void> written = PendingReply.promiseOnCallersContext();
        unsent.incrementAndGet();
        arrived.add(new Waiting(null, written));
        end.execute(this::acceptArrived);
        return written.future();
    }

    /** Takes in the order of writing, whichever way the calls of this took while the command found its path. */
    private synchronized void acceptArrived() {
        Waiting next = arrived.poll();
        while (next != null) {
            accept(next);
            next = arrived.poll();
        }
    }

    private void accept(Waiting item) {
        if (closed != null || ended) {
            refuse(item, closed == null ? ErrorCode.INVALID.notExecuted("the stream has been ended") : closed);
        } else if (waiting.size() >= MAX_WAITING && item.payload != null) {
            refuse(item, Refusals.exhausted(MAX_WAITING + " items wait for their reader already"));
        } else {
            ended = item.payload == null;
            waiting.add(item);
            flush();
        }
    }

    private void refuse(Waiting item, ExchangeException why) {
        unsent.decrementAndGet();
        Guard.run(() -> item.written.fail(why));
    }

    /** The command has been sent: credit of an earlier leg of it counts no more, and an end that went with one goes again. */
    synchronized void open() {
        itemCredit = 0;
        byteCredit = 0;
        boolean endHasGone = ended && waiting.isEmpty() && closed == null;
        if (endHasGone) {
            unsent.incrementAndGet();
            waiting.add(new Waiting(null, Promise.promise()));
        }
        flush();
    }

    synchronized boolean isAtStart() {
        return sequence == 0;
    }

    /** The reader can take more. */
    synchronized void credit(long items, long bytes) {
        itemCredit += items;
        byteCredit += bytes;
        flush();
    }

    private synchronized void flush() {
        while (!waiting.isEmpty() && !bulkOnTheWay && maySend(waiting.peek())) {
            Waiting next = waiting.remove();
            unsent.decrementAndGet();
            send(next);
        }
        if (writerWaits && closed == null && unsent.get() <= MAX_WAITING / 4) {
            writerWaits = false;
            tellDrained();
        }
        if (whenFlushed != null && isFlushed()) {
            Runnable then = whenFlushed;
            whenFlushed = null;
            then.run();
        }
    }

    private boolean maySend(Waiting next) {
        return next.payload == null ? end.isOpen() : itemCredit > 0 && byteCredit > 0 && end.isWritable();
    }

    private boolean isFlushed() {
        return closed != null || (waiting.isEmpty() && !bulkOnTheWay);
    }

    private void send(Waiting next) {
        Payload payload = next.payload;
        if (payload == null) {
            end.sendLast(sequence);
            Guard.run(next.written::complete);
            return;
        }
        try {
            end.check(payload);
        } catch (ExchangeException e) {
            Guard.run(() -> next.written.fail(e));
            return;
        }
        itemCredit--;
        byteCredit -= Math.max(0, payload.knownLength());
        bulkOnTheWay = end.sendsInFragments(payload); // the next item must not overtake it
        long number = sequence;
        sequence++; // first, as the next item may go from within the call
        end.sendItem(number, payload, () -> {
            bulkOnTheWay = false;
            end.execute(this::flush);
        });
        Guard.run(next.written::complete);
    }

    /** The connection can take more again. */
    void writable() {
        flush();
    }

    /** Runs an action when everything that was written has been sent, or never will be. */
    void whenFlushed(Runnable action) {
        if (isFlushed()) {
            action.run();
        } else {
            whenFlushed = action;
        }
    }

    /** The stream is over: what waits is not sent. */
    synchronized void close(ExchangeException why) {
        if (closed == null) {
            closed = why;
            Handler<Throwable> handler = exceptionHandler;
            if (handler != null && !(ended && waiting.isEmpty())) {
                Guard.run(() -> handler.handle(why));
            }
            waiting.forEach(item -> refuse(item, why));
            waiting.clear();
            flush();
        }
    }

    /** The command starts again on another session: the numbers and the credit start again too. */
    synchronized void restart() {
        ExchangeException again = ErrorCode.CHANNEL_CLOSED.notExecuted("the call starts again from its first item");
        waiting.forEach(item -> refuse(item, again));
        waiting.clear();
        sequence = 0;
        itemCredit = 0;
        byteCredit = 0;
        bulkOnTheWay = false;
        ended = false;
    }

    private void tellDrained() {
        Handler<Void> handler = drainHandler;
        Context context = drainContext;
        if (handler != null && context != null) {
            context.runOnContext(handler);
        } else if (handler != null) {
            Guard.run(() -> handler.handle(null));
        }
    }

    @Override
    public boolean writeQueueFull() {
        boolean full = unsent.get() > MAX_WAITING / 2;
        if (full) {
            writerWaits = true;
        }
        return full;
    }

    @Override
    public WriteStream<T> drainHandler(@Nullable Handler<Void> handler) {
        drainContext = Vertx.currentContext();
        drainHandler = handler;
        end.execute(this::flush); // all may have left between the question and this
        return this;
    }

    @Override
    public WriteStream<T> exceptionHandler(@Nullable Handler<Throwable> handler) {
        exceptionHandler = handler;
        return this;
    }

    @Override
    public WriteStream<T> setWriteQueueMaxSize(int maxSize) {
        return this; // the credit of the reader decides
    }
}
