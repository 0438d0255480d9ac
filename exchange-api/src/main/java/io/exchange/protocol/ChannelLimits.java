package io.exchange.protocol;

import java.time.Duration;

/**
 * What the controller sets for a channel, the same for both directions.
 *
 * @param heartbeatInterval the time between two heartbeats of the connector; half a lease at the most, and less than what
 *     the transport takes for silence (60 s over gRPC unless set otherwise)
 * @param missedHeartbeats after how many intervals without any frame an end takes the other for dead
 * @param lease how long a grant holds from the heartbeat that it answers
 * @param sessionGrace how long a session outlives its channel
 * @param maxInFlight commands out at a time, in each direction
 * @param maxQueued commands that wait for one of those places
 * @param maxPayloadBytes the largest payload
 * @param maxLargeBytes the most bytes in payloads over 64 KiB of commands that have not ended, in each direction: those that wait
 *     and those that are out; a single payload may have more. Eight of the largest payload unless set
 */
public record ChannelLimits(
        Duration heartbeatInterval,
        int missedHeartbeats,
        Duration lease,
        Duration sessionGrace,
        int maxInFlight,
        int maxQueued,
        int maxPayloadBytes,
        long maxLargeBytes) {

    private static final int LARGEST_PAYLOADS = 8;

    /** Heartbeat 3 s, dead after 3, lease 10 s, grace 30 s, 1024 in flight and as many queued, 16 MiB, 128 MiB in all. */
    public static final ChannelLimits DEFAULT = new ChannelLimits(
            Duration.ofSeconds(3), 3, Duration.ofSeconds(10), Duration.ofSeconds(30), 1024, 1024, 16 << 20);

    /**
     * Limits with room for eight of the largest payload.
     *
     * @param heartbeatInterval the time between two heartbeats of the connector
     * @param missedHeartbeats after how many intervals without any frame an end takes the other for dead
     * @param lease how long a grant holds from the heartbeat that it answers
     * @param sessionGrace how long a session outlives its channel
     * @param maxInFlight commands out at a time, in each direction
     * @param maxQueued commands that wait for one of those places
     * @param maxPayloadBytes the largest payload
     */
    public ChannelLimits(
            Duration heartbeatInterval,
            int missedHeartbeats,
            Duration lease,
            Duration sessionGrace,
            int maxInFlight,
            int maxQueued,
            int maxPayloadBytes) {
        this(
                heartbeatInterval,
                missedHeartbeats,
                lease,
                sessionGrace,
                maxInFlight,
                maxQueued,
                maxPayloadBytes,
                (long) LARGEST_PAYLOADS * maxPayloadBytes);
    }

    /** Checks. */
    public ChannelLimits {
        requirePositive("heartbeat interval", heartbeatInterval);
        requirePositive("lease", lease);
        if (sessionGrace.isNegative()) {
            throw new IllegalArgumentException("session grace must not be negative");
        }
        if (missedHeartbeats < 1 || maxInFlight < 1 || maxQueued < 0 || maxPayloadBytes < 1 || maxLargeBytes < 1) {
            throw new IllegalArgumentException(
                    "missed heartbeats, commands in flight and bytes are at least 1," + " queued commands at least 0");
        }
    }

    /**
     * The silence after which an end takes the other for dead.
     *
     * @return interval times missed heartbeats
     */
    public Duration deadAfter() {
        return heartbeatInterval.multipliedBy(missedHeartbeats);
    }

    /**
     * The same limits with another time between two heartbeats.
     *
     * @param interval the time
     * @return the copy
     */
    public ChannelLimits withHeartbeatInterval(Duration interval) {
        return new ChannelLimits(
                interval,
                missedHeartbeats,
                lease,
                sessionGrace,
                maxInFlight,
                maxQueued,
                maxPayloadBytes,
                maxLargeBytes);
    }

    /**
     * The same limits with more or less patience with an end from which nothing comes.
     *
     * @param intervals after how many intervals it is taken for dead
     * @return the copy
     */
    public ChannelLimits withMissedHeartbeats(int intervals) {
        return new ChannelLimits(
                heartbeatInterval,
                intervals,
                lease,
                sessionGrace,
                maxInFlight,
                maxQueued,
                maxPayloadBytes,
                maxLargeBytes);
    }

    /**
     * The same limits with another lease.
     *
     * @param newLease the lease
     * @return the copy
     */
    public ChannelLimits withLease(Duration newLease) {
        return new ChannelLimits(
                heartbeatInterval,
                missedHeartbeats,
                newLease,
                sessionGrace,
                maxInFlight,
                maxQueued,
                maxPayloadBytes,
                maxLargeBytes);
    }

    /**
     * The same limits with another grace.
     *
     * @param grace how long a session outlives its channel
     * @return the copy
     */
    public ChannelLimits withSessionGrace(Duration grace) {
        return new ChannelLimits(
                heartbeatInterval,
                missedHeartbeats,
                lease,
                grace,
                maxInFlight,
                maxQueued,
                maxPayloadBytes,
                maxLargeBytes);
    }

    /**
     * The same limits with more or fewer commands out at a time.
     *
     * @param commands how many, in each direction
     * @return the copy
     */
    public ChannelLimits withMaxInFlight(int commands) {
        return new ChannelLimits(
                heartbeatInterval,
                missedHeartbeats,
                lease,
                sessionGrace,
                commands,
                maxQueued,
                maxPayloadBytes,
                maxLargeBytes);
    }

    /**
     * The same limits with room for more or fewer commands that wait.
     *
     * @param commands how many, in each direction
     * @return the copy
     */
    public ChannelLimits withMaxQueued(int commands) {
        return new ChannelLimits(
                heartbeatInterval,
                missedHeartbeats,
                lease,
                sessionGrace,
                maxInFlight,
                commands,
                maxPayloadBytes,
                maxLargeBytes);
    }

    /**
     * The same limits with another largest payload, and with room for eight of those.
     *
     * @param bytes the length of the largest
     * @return the copy
     */
    public ChannelLimits withMaxPayloadBytes(int bytes) {
        return new ChannelLimits(
                heartbeatInterval, missedHeartbeats, lease, sessionGrace, maxInFlight, maxQueued, bytes);
    }

    /**
     * The same limits with room for more or less in large payloads.
     *
     * @param bytes the most bytes of commands that have not ended
     * @return the copy
     */
    public ChannelLimits withMaxLargeBytes(long bytes) {
        return new ChannelLimits(
                heartbeatInterval,
                missedHeartbeats,
                lease,
                sessionGrace,
                maxInFlight,
                maxQueued,
                maxPayloadBytes,
                bytes);
    }

    private static void requirePositive(String what, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(what + " must be positive, not " + duration);
        }
    }
}
