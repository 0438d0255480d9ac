package io.exchange.channel;

import java.time.Duration;
import java.util.ArrayDeque;

/** A loop for tests, confined to one thread: tasks run when told to, and time moves when told to. */
public final class ManualLoop implements Loop {

    private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Thread thread = Thread.currentThread();
    private long nowNanos = Duration.ofHours(1).toNanos();
    private final TimingWheel wheel = new TimingWheel(nowNanos);
    private final ArrayDeque<Runnable> offloaded = new ArrayDeque<>();
    private boolean holdsOffloaded;
    private Duration offloadedTakes = Duration.ZERO;

    /** Runs all tasks, those that come meanwhile too. */
    public void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Time passes, alarms ring, tasks run. */
    public void advance(Duration time) {
        long end = nowNanos + time.toNanos();
        run();
        while (nowNanos < end) {
            nowNanos = Math.min(end, nowNanos + STEP_NANOS);
            wheel.advanceTo(nowNanos);
            run();
        }
    }

    public boolean hasAlarms() {
        return !wheel.isEmpty();
    }

    /** Time passes while the loop is paused: nothing rings and nothing runs. */
    public void pause(Duration time) {
        nowNanos += time.toNanos();
    }

    /** From now on what is offloaded to other threads takes so long. */
    void offloadedTakes(Duration time) {
        offloadedTakes = time;
    }

    /** From now on the other threads are busy: what is offloaded to them waits. */
    void holdOffloaded() {
        holdsOffloaded = true;
    }

    /** The other threads do what was offloaded to them. */
    void runOffloaded() {
        holdsOffloaded = false;
        while (!offloaded.isEmpty()) {
            offloaded.remove().run();
        }
        run();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public void schedule(Alarm alarm, long dueNanos) {
        wheel.add(alarm, dueNanos);
    }

    @Override
    public void offload(Runnable work, Runnable then) {
        Runnable whole = () -> {
            work.run();
            execute(then);
        };
        if (holdsOffloaded) {
            offloaded.add(whole);
        } else if (!offloadedTakes.isZero()) {
            schedule(new Alarm(whole), nowNanos + offloadedTakes.toNanos());
        } else {
            whole.run();
        }
    }
}
