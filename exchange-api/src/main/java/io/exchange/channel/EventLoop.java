package io.exchange.channel;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** A Vert.x event loop as a {@link Loop}. All the channels of an event loop share one wheel and one timer. */
public final class EventLoop implements Loop {

    private static final ThreadLocal<Ticker> TICKERS = ThreadLocal.withInitial(Ticker::new);

    private final Context context;
    private final Ticker ticker;

    private EventLoop(Context context, Ticker ticker) {
        this.context = context;
        this.ticker = ticker;
    }

    /**
     * The loop of an event-loop context. Called on that context's thread.
     *
     * @param context the context
     * @return the loop
     */
    public static EventLoop of(Context context) {
        if (!context.isEventLoopContext()) {
            throw new IllegalArgumentException("a channel needs an event-loop context, not " + context);
        }
        return new EventLoop(context, TICKERS.get());
    }

    @Override
    public void execute(Runnable task) {
        context.runOnContext(nothing -> task.run());
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == ticker.thread;
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
        ticker.wheel.add(alarm, dueNanos);
        ticker.start(context.owner());
    }

    /** Drives the wheel of one event-loop thread while there is anything on it. */
    private static final class Ticker {

        private static final long PERIOD_MILLIS = 10;

        final Thread thread = Thread.currentThread();
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
