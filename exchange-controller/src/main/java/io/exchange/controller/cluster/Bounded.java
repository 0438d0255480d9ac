package io.exchange.controller.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The same action for many items, only so many of them under way at a time. Safe for any thread: whoever ends an action
 * starts the next.
 *
 * @param <T> the items
 */
public final class Bounded<T> {

    private final Iterator<T> items;
    private final int most;
    private final Function<T, Future<?>> action;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final Promise<Integer> done = Promise.promise();

    private Bounded(Iterator<T> items, int most, Function<T, Future<?>> action) {
        this.items = items;
        this.most = most;
        this.action = action;
    }

    /**
     * Runs an action for each item.
     *
     * @param items the items; not changed meanwhile
     * @param most how many at a time
     * @param action the action; must not throw
     * @param <T> the items
     * @return how many failed, when all have ended
     */
    public static <T> Future<Integer> forEach(Iterable<T> items, int most, Function<T, Future<?>> action) {
        Bounded<T> bounded = new Bounded<>(items.iterator(), most, action);
        bounded.advance();
        return bounded.done.future();
    }

    /** One thread at a time starts actions; the others leave it to that one. */
    private void advance() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            start();
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }

    private void start() {
        while (underWay.get() < most && items.hasNext()) {
            underWay.incrementAndGet();
            action.apply(items.next()).onComplete(result -> ended(result.failed()));
        }
        if (underWay.get() == 0 && !items.hasNext()) {
            done.tryComplete(failed.get());
        }
    }

    private void ended(boolean hasFailed) {
        if (hasFailed) {
            failed.incrementAndGet();
        }
        underWay.decrementAndGet();
        advance();
    }
}
