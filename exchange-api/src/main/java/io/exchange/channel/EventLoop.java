package io.exchange.channel;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
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
            return ((ContextInternal) current).unwrap(); // not the one of a request that will end
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
        ticker.start(context.nettyEventLoop());
    }

    @Override
    public void offload(Runnable work, Runnable then) {
        context.executeBlocking(Executors.callable(work), false).onComplete(done -> execute(then));
    }

    /**
     * Drives the wheel of one event-loop thread while there is anything on it. The timer is the thread's own: one of Vert.x
     * would end with the verticle that happened to start it.
     */
    private static final class Ticker {

        private static final long PERIOD_MILLIS = 10;

        final TimingWheel wheel = new TimingWheel(System.nanoTime());
        private @Nullable ScheduledFuture<?> timer;

        void start(ScheduledExecutorService thread) {
            if (timer == null) {
                timer = thread.scheduleAtFixedRate(this::tick, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        private void tick() {
            wheel.advanceTo(System.nanoTime());
            ScheduledFuture<?> running = timer;
            if (wheel.isEmpty() && running != null) {
                running.cancel(false);
                timer = null;
            }
        }
    }
}
