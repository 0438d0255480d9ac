package io.exchange.channel;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A Vert.x event loop as a {@link Loop}. All the channels of an event loop share one wheel and one timer. */
public final class EventLoop implements Loop {

    private static final ThreadLocal<Ticker> TICKERS = ThreadLocal.withInitial(Ticker::new);

    private final ContextInternal context;

    private EventLoop(ContextInternal context) {
        this.context = context;
    }

    /**
     * The loop of an event-loop context. May be called from any thread.
     *
     * @param context the context
     * @return the loop
     * @throws IllegalArgumentException if it is a context of worker threads
     */
    public static EventLoop of(Context context) {
        if (!context.isEventLoopContext()) {
            throw new IllegalArgumentException("a channel needs an event-loop context, not " + context);
        }
        return new EventLoop((ContextInternal) context);
    }

    /**
     * The context of the caller if that is of an event loop of this Vert.x, else a new one.
     *
     * @param vertx where it runs
     * @return an event-loop context
     */
    public static Context contextOf(Vertx vertx) {
        Context current = Vertx.currentContext();
        if (current != null && current.isEventLoopContext() && current.owner() == vertx) {
            return current;
        }
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    @Override
    public void execute(Runnable task) {
        context.runOnContext(nothing -> task.run());
    }

    @Override
    public boolean inLoop() {
        return context.inThread();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void schedule(Alarm alarm, long dueNanos) {
        if (!inLoop()) {
            throw new IllegalStateException("an alarm is set on its own loop, not on " + Thread.currentThread());
        }
        Ticker ticker = TICKERS.get();
        ticker.wheel.add(alarm, dueNanos);
        ticker.start(context.owner());
    }

    @Override
    public void offload(Runnable work, Runnable then) {
        context.executeBlocking(Executors.callable(work), false).onComplete(done -> execute(then));
    }

    /** Drives the wheel of one event-loop thread while there is anything on it. */
    private static final class Ticker {

        private static final long PERIOD_MILLIS = 10;

        final TimingWheel wheel = new TimingWheel(System.nanoTime());
        private @Nullable Long timer;

        void start(Vertx vertx) {
            if (timer == null) {
                timer = vertx.setPeriodic(PERIOD_MILLIS, id -> tick(vertx, id));
            }
        }

        private void tick(Vertx vertx, long id) {
            wheel.advanceTo(System.nanoTime());
            if (wheel.isEmpty()) {
                vertx.cancelTimer(id);
                timer = null;
            }
        }
    }
}
