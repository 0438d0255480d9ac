package io.exchange.channel;

import org.jspecify.annotations.Nullable;

/**
 * One thing to do at one moment, which can be put off or called off. It lives inside whatever waits, so that waiting costs
 * no allocation and calling off costs no search. Confined to the loop that it is scheduled on.
 */
public final class Alarm {

    final Runnable action;
    long dueNanos;

    @Nullable
    TimingWheel wheel;

    @Nullable
    Alarm previous;

    @Nullable
    Alarm next;

    int bucket;

    /**
     * An alarm that is not scheduled yet.
     *
     * @param action what to do, on the loop
     */
    public Alarm(Runnable action) {
        this.action = action;
    }

    /**
     * Whether it is going to ring.
     *
     * @return whether it is scheduled
     */
    public boolean isScheduled() {
        return wheel != null;
    }

    /**
     * When it is, or was last, to ring.
     *
     * @return the moment on the loop's clock
     */
    public long dueNanos() {
        return dueNanos;
    }

    /** Calls it off; does nothing if it is not scheduled. */
    public void cancel() {
        TimingWheel scheduledOn = wheel;
        if (scheduledOn != null) {
            scheduledOn.remove(this);
        }
    }
}
