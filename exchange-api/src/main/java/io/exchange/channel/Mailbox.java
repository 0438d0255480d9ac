package io.exchange.channel;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings what other threads hand in to one loop, many at a time: one task on the loop for as much as has come until it
 * runs. Order is kept for each sending thread.
 */
final class Mailbox<T> {

    private final Queue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Consumer<Runnable> loop;
    private final BooleanSupplier inLoop;
    private final Consumer<T> receiver;

    /**
     * @param loop runs a task on the loop; asked anew each time, as a session may change its loop
     * @param inLoop whether the current thread is the loop's
     * @param receiver takes each item, on the loop
     */
    Mailbox(Consumer<Runnable> loop, BooleanSupplier inLoop, Consumer<T> receiver) {
        this.loop = loop;
        this.inLoop = inLoop;
        this.receiver = receiver;
    }

    void put(T item) {
        queue.add(item);
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            loop.accept(this::drain);
        }
    }

    /** Whether nothing waits; on the loop. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    private void drain() {
        scheduled.set(false); // before reading, so that what comes from now on schedules again
        while (inLoop.getAsBoolean()) {
            @Nullable T item = queue.poll();
            if (item == null) {
                return;
            }
            Guard.run(() -> receiver.accept(item));
        }
        if (!queue.isEmpty() && scheduled.compareAndSet(false, true)) {
            loop.accept(this::drain);
        }
    }
}
