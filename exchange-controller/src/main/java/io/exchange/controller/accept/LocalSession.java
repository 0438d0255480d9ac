package io.exchange.controller.accept;

import io.exchange.api.Channel;
import io.exchange.api.ChannelState;
import io.exchange.api.ErrorCode;
import io.exchange.channel.Alarm;
import io.exchange.channel.Loop;
import io.exchange.channel.Session;
import io.exchange.controller.primary.TargetRecord;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A session that has, or had last, its channel on this node. Safe for any thread. */
public final class LocalSession {

    private static final Runnable NOTHING = () -> {};

    private final String targetId;
    private final String connectorId;
    private final Session session;
    private volatile List<AcceptedChannel> attaches = List.of();
    private volatile boolean healthy = true;
    private long newestAttach;
    private Runnable cancelRetirement = NOTHING;
    private long retirements;

    LocalSession(String targetId, String connectorId, Session session) {
        this.targetId = targetId;
        this.connectorId = connectorId;
        this.session = session;
    }

    /**
     * The target.
     *
     * @return the target id
     */
    public String targetId() {
        return targetId;
    }

    /**
     * The connector.
     *
     * @return the connector id
     */
    public String connectorId() {
        return connectorId;
    }

    /**
     * The session itself.
     *
     * @return the session
     */
    public Session session() {
        return session;
    }

    /**
     * The channel that carries it, or did last.
     *
     * @return the channel
     */
    public Channel channel() {
        return session.channel();
    }

    /**
     * Whether commands may be routed to it now.
     *
     * @return whether it has a channel and is well
     */
    public boolean isReady() {
        return healthy
                && session.state() == Session.State.ATTACHED
                && session.channel().state() == ChannelState.ACTIVE;
    }

    /**
     * Whether the next command may leave at once. Only for one that is ready.
     *
     * @return whether it has fewer commands than may be in flight on its channel
     */
    public boolean hasRoom() {
        return session.load() < session.channel().limits().maxInFlight();
    }

    /**
     * Whether commands may wait for it.
     *
     * @return whether it is in its grace, or its channel drains and another will follow
     */
    public boolean isSuspended() {
        return session.state() == Session.State.SUSPENDED
                || (session.state() == Session.State.ATTACHED
                        && session.channel().state() != ChannelState.ACTIVE);
    }

    boolean isHealthy() {
        return healthy;
    }

    void healthy(boolean isHealthy) {
        healthy = isHealthy;
    }

    /** Takes an attach for the newest, unless a newer one was there before. Called on the session's loop. */
    boolean takeAttach(long number) {
        if (number < newestAttach) {
            return false;
        }
        newestAttach = number;
        return true;
    }

    /** Whether no newer attach has been taken. Called on the session's loop. */
    boolean isNewest(long number) {
        return number == newestAttach;
    }

    /** One more attach of the session; those before it stay until they have nothing more to wait for. */
    synchronized void add(AcceptedChannel attach) {
        List<AcceptedChannel> more = new ArrayList<>(attaches);
        more.add(attach);
        attaches = List.copyOf(more);
    }

    synchronized void remove(AcceptedChannel attach) {
        attaches = attaches.stream().filter(other -> other != attach).toList();
    }

    /** Ends the session after a time, unless it has come back until then. Called on the session's loop. */
    void endAfter(Duration time, Runnable then) {
        cancelEnd();
        long thisTime = ++retirements;
        Alarm alarm = new Alarm(() -> session.execute(() -> {
            if (session.state() == Session.State.MOVED && thisTime == retirements) {
                session.end(ErrorCode.CHANNEL_CLOSED, "the session is on another node");
                then.run();
            }
        }));
        Loop loop = session.loop();
        loop.schedule(alarm, loop.nanoTime() + time.toNanos());
        cancelRetirement = () -> loop.execute(alarm::cancel); // it may come back on another loop meanwhile
    }

    /** What has ended already is not kept for the time that it had. Called on the session's loop. */
    void cancelEnd() {
        cancelRetirement.run();
        cancelRetirement = NOTHING;
    }

    void reconcile(TargetRecord record) {
        attaches.forEach(attach -> attach.reconcile(record));
    }

    /** The node stops: ends the session and all that waits for it. */
    Future<Void> abandon() {
        Promise<Void> ended = Promise.promise();
        attaches.forEach(AcceptedChannel::abandon);
        session.execute(() -> {
            cancelEnd();
            session.end(ErrorCode.SHUTTING_DOWN, "the controller stops");
            ended.complete();
        });
        return ended.future();
    }
}
