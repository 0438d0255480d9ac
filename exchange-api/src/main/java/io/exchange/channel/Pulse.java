package io.exchange.channel;

import io.exchange.protocol.ChannelLimits;
import java.time.Duration;

/**
 * The one alarm of a channel: the end of the handshake's time, then every heartbeat interval, and the end of the draining.
 * Confined to the channel's loop.
 */
final class Pulse {

    private final Loop loop;
    private final Alarm alarm;
    private Duration interval = Duration.ZERO;
    private long lastFrameNanos;

    Pulse(Loop loop, Runnable action) {
        this.loop = loop;
        this.alarm = new Alarm(action);
        this.lastFrameNanos = loop.nanoTime();
    }

    void frameCame(long nowNanos) {
        lastFrameNanos = nowNanos;
    }

    /** Rings once, after this time. */
    void after(Duration time) {
        loop.schedule(alarm, loop.nanoTime() + time.toNanos());
    }

    /** Rings after one more interval, or at a moment that is sooner. */
    void next(ChannelLimits limits, long atMostNanos) {
        interval = limits.heartbeatInterval();
        loop.schedule(alarm, Math.min(loop.nanoTime() + interval.toNanos(), atMostNanos));
    }

    /**
     * Whether the other end has been silent for too long. A ring that comes late tells that this end was paused, and what the
     * other one sent meanwhile has not been read yet: then it gets one more interval.
     */
    boolean isSilent(ChannelLimits limits) {
        long now = loop.nanoTime();
        boolean paused = now - alarm.dueNanos() > interval.toNanos() / 2;
        return !paused && now - lastFrameNanos > limits.deadAfter().toNanos();
    }

    void stop() {
        alarm.cancel();
    }
}
