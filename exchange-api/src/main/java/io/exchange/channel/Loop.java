package io.exchange.channel;

/**
 * The serial executor, clock and alarms that a channel and its session live on: an event loop, or a manual one in tests.
 */
public interface Loop {

    /** How late an alarm may ring on a loop that is not busy with anything else: 20 ms. */
    long LATENESS_NANOS = 20_000_000;

    /**
     * Runs a task later on this loop, in the order of the calls from one thread. May be called from any thread.
     *
     * @param task the task
     */
    void execute(Runnable task);

    /**
     * Whether the caller is on this loop.
     *
     * @return whether the current thread is the loop's
     */
    boolean inLoop();

    /**
     * The monotonic clock, the same for every loop of a process. May be called from any thread.
     *
     * @return nanoseconds from an arbitrary origin
     */
    long nanoTime();

    /**
     * Sets an alarm, or puts it off. On this loop only.
     *
     * @param alarm the alarm, not scheduled on another loop
     * @param dueNanos when to ring, on {@link #nanoTime()}; never earlier, up to {@link #LATENESS_NANOS} later
     */
    void schedule(Alarm alarm, long dueNanos);

    /**
     * Runs work on a worker thread, then a task on this loop. Any thread.
     *
     * @param work what takes long; must not throw
     * @param then what to do after it
     */
    void offload(Runnable work, Runnable then);
}
