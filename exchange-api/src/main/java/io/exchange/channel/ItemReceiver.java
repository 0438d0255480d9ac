package io.exchange.channel;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.PayloadType;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.vertx.core.Handler;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The reading end of one stream of items: hands them on as fast as its reader asks for them, and gives the writer credit for
 * what has been read, so that what waits here stays bounded. Items come on the session's loop and are read on the reader's; one
 * lock guards what both touch, and no handler is called under it.
 */
final class ItemReceiver<T> implements ReadStream<T> {

    static final int ITEM_WINDOW = 1024;
    static final int BYTE_WINDOW = 512 << 10;

    private final StreamEnd end;
    private final PayloadType<T> type;
    private final Loop reader;
    private final ArrayDeque<Payload> items = new ArrayDeque<>(0);
    private @Nullable Handler<T> handler;
    private @Nullable Handler<Void> endHandler;
    private @Nullable Handler<Throwable> exceptionHandler;
    private long demand = Long.MAX_VALUE;
    private long expected;
    private long creditedItems;
    private long creditedBytes;
    private long readItems;
    private long readBytes;
    private boolean over;
    /** One could not be read, so the reader has heard the end; the writer goes on, and what it writes is dropped. */
    private boolean drops;

    private @Nullable ExchangeException failure;
    private boolean ended;
    private boolean scheduled;

    ItemReceiver(StreamEnd end, PayloadType<T> type, Loop reader) {
        this.end = end;
        this.type = type;
        this.reader = reader;
    }

    /** Gives the writer its first credit. On the session's loop. */
    void open() {
        synchronized (this) {
            creditedItems = ITEM_WINDOW;
            creditedBytes = BYTE_WINDOW;
            expected = 0;
        }
        end.sendCredit(ITEM_WINDOW, BYTE_WINDOW);
    }

    synchronized boolean isAtStart() {
        return expected == 0 && !over;
    }

    /**
     * An item came. On the session's loop.
     *
     * @return whether it was in order and within the credit
     */
    boolean offer(Frame.Item item) {
        int length = Math.max(0, item.payload().knownLength());
        boolean dropped;
        synchronized (this) {
            if (over && !drops) {
                return true;
            }
            if (item.sequence() != expected || (!item.last() && isBeyondCredit())) {
                return false;
            }
            if (item.last()) {
                over = true;
                drops = false;
            } else {
                expected++;
                creditedBytes -= length;
            }
            dropped = drops;
            if (!item.last() && !dropped) {
                items.add(item.payload());
            }
        }
        if (dropped) {
            read(length);
        } else {
            schedule();
        }
        return true;
    }

    /** The last item that the credit allows may be larger than what was left of it. */
    private boolean isBeyondCredit() {
        return expected >= creditedItems || creditedBytes <= 0;
    }

    /** Nothing more comes. On the session's loop. */
    void finish(@Nullable ExchangeException why) {
        synchronized (this) {
            if (!over) {
                over = true;
                failure = why;
            }
        }
        schedule();
    }

    /** The command starts again on another session: what was not read is dropped. */
    synchronized void restart() {
        items.clear();
        readItems = 0;
        readBytes = 0;
        over = false;
        drops = false;
        ended = false;
        failure = null;
    }

    private void schedule() {
        synchronized (this) {
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        if (reader.inLoop()) {
            drain();
        } else {
            reader.execute(this::drain);
        }
    }

    private void drain() {
        synchronized (this) {
            scheduled = false;
        }
        Payload next = poll();
        while (next != null) {
            handOver(next);
            next = poll();
        }
        if (claimEnd()) {
            tellEnd();
        }
    }

    private synchronized @Nullable Payload poll() {
        if (handler == null || demand == 0 || ended) {
            return null;
        }
        Payload next = items.poll();
        if (next != null && demand != Long.MAX_VALUE) {
            demand--;
        }
        return next;
    }

    private void handOver(Payload payload) {
        T value;
        try {
            value = payload.value(type);
        } catch (ExchangeException e) {
            fail(e);
            read(Math.max(0, payload.knownLength()));
            return;
        }
        Handler<T> taker = handler;
        if (taker != null) {
            Guard.run(() -> taker.handle(value));
        }
        read(Math.max(0, payload.knownLength()));
    }

    private synchronized void fail(ExchangeException why) {
        readItems += items.size();
        readBytes +=
                items.stream().mapToInt(item -> Math.max(0, item.knownLength())).sum();
        items.clear();
        drops = !over;
        over = true;
        failure = why;
    }

    private void read(int bytes) {
        long items;
        long credited;
        synchronized (this) {
            readItems++;
            readBytes += bytes;
            if ((over && !drops) || (readItems < ITEM_WINDOW / 4 && readBytes < BYTE_WINDOW / 4)) {
                return;
            }
            items = readItems;
            credited = readBytes;
            readItems = 0;
            readBytes = 0;
            creditedItems += items;
            creditedBytes += credited;
        }
        end.execute(() -> end.sendCredit(items, credited));
    }

    private synchronized boolean claimEnd() {
        boolean claimed = over && !ended && items.isEmpty() && (handler != null || endHandler != null);
        ended |= claimed;
        return claimed;
    }

    private void tellEnd() {
        ExchangeException why = failure;
        Handler<Throwable> onFailure = exceptionHandler;
        Handler<Void> onEnd = endHandler;
        if (why != null) {
            if (onFailure != null) {
                Guard.run(() -> onFailure.handle(why));
            }
        } else if (onEnd != null) {
            Guard.run(() -> onEnd.handle(null));
        }
    }

    /** What a writer broke. */
    static ExchangeException breach() {
        return ErrorCode.INVALID.unknown("an item came out of order or beyond the credit");
    }

    @Override
    public synchronized ReadStream<T> exceptionHandler(@Nullable Handler<Throwable> newHandler) {
        exceptionHandler = newHandler;
        return this;
    }

    @Override
    public ReadStream<T> handler(@Nullable Handler<T> newHandler) {
        synchronized (this) {
            handler = newHandler;
        }
        reader.execute(this::drain);
        return this;
    }

    @Override
    public synchronized ReadStream<T> pause() {
        demand = 0;
        return this;
    }

    @Override
    public ReadStream<T> resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public ReadStream<T> fetch(long amount) {
        synchronized (this) {
            demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
        }
        reader.execute(this::drain);
        return this;
    }

    @Override
    public ReadStream<T> endHandler(@Nullable Handler<Void> newHandler) {
        synchronized (this) {
            endHandler = newHandler;
        }
        reader.execute(this::drain);
        return this;
    }
}
