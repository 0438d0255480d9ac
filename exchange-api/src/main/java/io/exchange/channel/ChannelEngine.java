package io.exchange.channel;

import io.exchange.api.Call;
import io.exchange.api.Channel;
import io.exchange.api.ChannelState;
import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Command;
import io.exchange.api.Credentials;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Message;
import io.exchange.api.Reply;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamType;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.exchange.transport.Connection;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection, the same engine at both ends and over every transport: handshake, heartbeats, good-bye, and
 * the way of each frame to the session or to the {@link ChannelOwner}. Confined to the loop of its connection, except for
 * what {@link Channel} promises to any thread.
 */
public final class ChannelEngine implements Channel {

    /** Who the channel belongs to, known from the hello. */
    private record Party(
            String targetId, String connectorId, String sessionId, long attachNumber, Map<String, String> labels) {}

    private static final Party NOBODY = new Party("", "", "", 0, Map.of());

    private final Connection connection;
    private final Loop loop;
    private final ChannelOwner owner;
    private final ExchangeObserver observer;
    private final Pulse pulse;
    private final Promise<Void> closed = Promise.promise();
    private final FrameRouter router;
    private final Outbox outbox;
    private volatile ChannelState state = ChannelState.CONNECTING;
    private volatile ChannelLimits limits = ChannelLimits.DEFAULT;
    private volatile Party party = NOBODY;
    private volatile String id = "";
    private @Nullable Session session;
    private volatile @Nullable Session lastSession;
    private @Nullable CloseReason farewell;
    private boolean initiator;
    private long drainedByNanos = Long.MAX_VALUE;
    /** When the other end, which said good-bye, should have closed, unless something is in flight. */
    private long leftByNanos = Long.MAX_VALUE;

    private boolean acknowledged;
    private boolean sendsHeartbeats;
    private long heartbeats;

    private ChannelEngine(Connection connection, Loop loop, ChannelOwner owner, ExchangeObserver observer) {
        this.connection = connection;
        this.loop = loop;
        this.owner = owner;
        this.observer = observer;
        this.pulse = new Pulse(loop, this::beat);
        this.outbox = new Outbox(connection, loop);
        this.router = new FrameRouter(this, owner);
    }

    /**
     * The connector's end: says hello and waits for the answer. Called on the connection's loop.
     *
     * @param connection the connection, not started
     * @param loop its loop
     * @param hello what to say
     * @param handshakeTimeout how long to wait
     * @param owner the connector
     * @param observer told of the channel's end if it does not get that far
     * @return the channel, handshaking
     */
    public static ChannelEngine connect(
            Connection connection,
            Loop loop,
            Frame.Hello hello,
            Duration handshakeTimeout,
            ChannelOwner owner,
            ExchangeObserver observer) {
        ChannelEngine channel = new ChannelEngine(connection, loop, owner, observer);
        channel.sendsHeartbeats = true;
        channel.introduce(hello);
        channel.start(handshakeTimeout);
        channel.send(hello);
        return channel;
    }

    /**
     * The controller's end: waits for hello. Called on the connection's loop.
     *
     * @param connection the connection, not started
     * @param loop its loop
     * @param handshakeTimeout how long to wait, for the decision about the hello too
     * @param owner the controller
     * @param observer told of the channel's end if it does not get that far
     * @return the channel, handshaking
     */
    public static ChannelEngine listen(
            Connection connection,
            Loop loop,
            Duration handshakeTimeout,
            ChannelOwner owner,
            ExchangeObserver observer) {
        ChannelEngine channel = new ChannelEngine(connection, loop, owner, observer);
        channel.start(handshakeTimeout);
        return channel;
    }

    private void start(Duration handshakeTimeout) {
        moveTo(ChannelState.HANDSHAKING);
        pulse.after(handshakeTimeout);
        connection.start(new Listener());
    }

    /**
     * Remembers who the channel belongs to.
     *
     * @param hello what the connector said
     */
    public void introduce(Frame.Hello hello) {
        party = new Party(
                hello.targetId(), hello.connectorId(), hello.sessionId(), hello.attachNumber(), hello.labels());
    }

    /**
     * Makes the channel active: at the controller by sending the reply, at the connector on having got it; then the
     * session sends what waits. Does nothing if the channel has ended.
     *
     * @param reply the reply
     * @param carried the session, on this channel's loop
     */
    public void activate(Frame.HelloReply reply, Session carried) {
        if (state != ChannelState.HANDSHAKING) {
            return;
        }
        id = reply.channelId();
        limits = reply.limits();
        if (!sendsHeartbeats) {
            connection.send(reply.withHeldNanos(router.heldNanos()));
        }
        outbox.writable();
        session = carried;
        lastSession = carried;
        moveTo(ChannelState.ACTIVE);
        pulse.next(limits, drainedByNanos);
        observer.channelOpened(this);
        carried.attach(this);
    }

    /**
     * Ends the channel at once, telling the other end why. Does nothing if it has ended.
     *
     * @param reason why
     */
    public void abort(CloseReason reason) {
        if (state != ChannelState.CLOSED) {
            connection.send(new Frame.GoodBye(reason));
            finish(reason);
        }
    }

    /**
     * Ends the channel as if the network had: the other end hears nothing. Does nothing if it has ended.
     *
     * @param reason why, for this end
     */
    public void cut(CloseReason reason) {
        if (state != ChannelState.CLOSED) {
            finish(reason);
        }
    }

    private void finish(CloseReason reason) {
        if (farewell == null) {
            farewell = reason;
        }
        closeConnection(reason);
    }

    private void closeConnection(CloseReason reason) {
        owner.closing(this);
        connection.close(reason);
    }

    /**
     * Says good-bye and closes when all that is in flight has ended.
     *
     * @param reason why
     * @param patience how long at the most
     * @return completes when the channel is closed
     */
    public Future<Void> drain(CloseReason reason, Duration patience) {
        if (state == ChannelState.HANDSHAKING || state == ChannelState.CONNECTING) {
            abort(reason);
        } else if (state != ChannelState.CLOSED && !initiator) {
            initiator = true;
            farewell = reasonOr(reason);
            drainedByNanos = loop.nanoTime() + patience.toNanos();
            owner.leaving(this, reason);
            moveTo(ChannelState.DRAINING);
            connection.send(new Frame.GoodBye(reason));
            pulse.next(limits, drainedByNanos);
        } else if (state != ChannelState.CLOSED) { // whoever has less patience decides
            drainedByNanos = Math.min(drainedByNanos, loop.nanoTime() + patience.toNanos());
            pulse.next(limits, drainedByNanos);
        }
        return closed.future();
    }

    /**
     * The end of the channel. Any thread.
     *
     * @return completes, on the channel's loop, when the channel has ended
     */
    public Future<Void> closed() {
        return closed.future();
    }

    void saidGoodBye(CloseReason reason) {
        if (state == ChannelState.HANDSHAKING) {
            finish(reason);
            return;
        }
        if (farewell == null) {
            farewell = reason;
            leftByNanos = loop.nanoTime() + limits.deadAfter().toNanos();
            moveTo(ChannelState.DRAINING);
        }
        owner.goodBye(this, reason);
        connection.send(new Frame.GoodByeAck());
    }

    void acknowledgedGoodBye() {
        acknowledged = true;
        mayBeDrained();
    }

    /** Closes a channel that drains, once nothing is in flight and the other end has nothing more to send. */
    void mayBeDrained() {
        if (state == ChannelState.DRAINING && initiator && acknowledged && isIdle()) {
            closeConnection(reasonOr(CloseReason.of(Code.NORMAL, "")));
        }
    }

    private boolean isIdle() {
        return (session == null || session.isIdle()) && outbox.isIdle() && router.isIdle();
    }

    private void beat() {
        if (state == ChannelState.HANDSHAKING) {
            abort(CloseReason.of(Code.HANDSHAKE_TIMEOUT, "hello and its answer took too long"));
        } else if (state == ChannelState.DRAINING && loop.nanoTime() >= drainedByNanos) {
            finish(CloseReason.of(Code.NORMAL, "drained for as long as it may"));
        } else if (state == ChannelState.DRAINING && loop.nanoTime() >= leftByNanos && isIdle()) {
            finish(CloseReason.of(Code.NORMAL, "the other end said good-bye and has not closed"));
        } else if (pulse.isSilent(limits)) {
            abort(CloseReason.of(
                    Code.HEARTBEAT_TIMEOUT,
                    "nothing came for " + limits.deadAfter().toMillis() + " ms"));
        } else if (outbox.isStuck(limits.deadAfter().toNanos())) {
            abort(CloseReason.of(
                    Code.HEARTBEAT_TIMEOUT, "the connection takes nothing although there is something to send"));
        } else if (state != ChannelState.CLOSED) {
            sendHeartbeat();
            pulse.next(limits, drainedByNanos);
        }
    }

    private void sendHeartbeat() {
        if (sendsHeartbeats) {
            heartbeats++;
            owner.heartbeatSent(this, heartbeats);
            connection.send(new Frame.Heartbeat(heartbeats));
        }
    }

    /**
     * The other end broke the protocol with a frame: ends the channel.
     *
     * @param frame the frame
     */
    public void breach(Frame frame) {
        breach("a " + frame.getClass().getSimpleName() + " frame is out of place while " + state);
    }

    void breach(String what) {
        abort(CloseReason.of(Code.PROTOCOL_ERROR, what));
    }

    /**
     * Sends a frame, unless the channel has ended.
     *
     * @param frame the frame
     */
    public void send(Frame frame) {
        send(frame, () -> {});
    }

    /** Sends a frame; if its payload goes in fragments, tells when the last of them has been sent. */
    void send(Frame frame, Runnable sent) {
        if (state != ChannelState.CLOSED) {
            outbox.send(frame, sent);
        }
    }

    boolean sendsInFragments(Payload payload) {
        return outbox.sendsInFragments(payload);
    }

    /** Sends no more of a command's large payload; gives whether some of it had not been sent. */
    boolean giveUp(String commandId) {
        return outbox.giveUp(commandId);
    }

    void fragmentCredit(long bytes) {
        outbox.fragmentCredit(bytes);
        mayBeDrained();
    }

    boolean isWritable() {
        return connection.isWritable();
    }

    /** Encodes a payload if the transport needs its bytes, and checks its size. */
    void check(Payload payload) {
        outbox.check(payload, limits);
    }

    /** Whether new commands may be sent now. */
    boolean takesCommands() {
        return state == ChannelState.ACTIVE && connection.isWritable();
    }

    /** The session goes on without this channel. */
    void leave() {
        session = null;
    }

    @Nullable
    Session session() {
        return session;
    }

    /**
     * Limits and intervals. Any thread.
     *
     * @return those of the hello reply, the defaults before
     */
    public ChannelLimits limits() {
        return limits;
    }

    /**
     * The loop. Any thread.
     *
     * @return the loop that the channel is confined to
     */
    public Loop loop() {
        return loop;
    }

    /**
     * What the transport knows of the other end. Any thread.
     *
     * @return the peer
     */
    public Credentials peer() {
        return connection.peer();
    }

    /**
     * Whether both ends are in this JVM. Any thread.
     *
     * @return whether payloads are handed over as the values they are
     */
    public boolean passesValues() {
        return connection.passesValues();
    }

    /**
     * Whether the channel has ended. Any thread.
     *
     * @return whether it is closed
     */
    public boolean isClosed() {
        return state == ChannelState.CLOSED;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String targetId() {
        return party.targetId();
    }

    @Override
    public String connectorId() {
        return party.connectorId();
    }

    @Override
    public String sessionId() {
        return party.sessionId();
    }

    /** Which attach of its session it is. */
    long attachNumber() {
        return party.attachNumber();
    }

    @Override
    public Map<String, String> labels() {
        return party.labels();
    }

    @Override
    public ChannelState state() {
        return state;
    }

    @Override
    public <Q, A> Future<Reply<A>> send(Command<Q, A> command) {
        return call(command).reply();
    }

    @Override
    public <Q, A> Call<A> call(Command<Q, A> command) {
        return carriedBefore().call(command);
    }

    @Override
    public <Q, U, D, A> StreamCall<U, D, A> open(StreamType<Q, U, D, A> type, Command<Q, A> command) {
        return carriedBefore().open(type, command);
    }

    private Session carriedBefore() {
        Session carried = lastSession;
        if (carried == null) {
            throw new IllegalStateException(
                    "the channel is " + state + ", and nothing can be sent before it is active");
        }
        return carried;
    }

    @Override
    public <M> Future<Void> send(Message<M> message) {
        return send(message, null);
    }

    /**
     * Sends a one-way message to a session of the node at the other end, or to that end itself. Any thread.
     *
     * @param message the message
     * @param onward the session; null for the other end itself
     * @param <M> the type of its payload
     * @return as {@link Channel#send(Message)}
     */
    public <M> Future<Void> send(Message<M> message, Frame.@Nullable Onward onward) {
        Promise<Void> sent = PendingReply.promiseOnCallersContext();
        onLoop(() -> {
            try {
                if (state != ChannelState.ACTIVE) {
                    throw ErrorCode.CHANNEL_CLOSED.notExecuted("the channel is " + state);
                }
                outbox.send(message, onward, limits);
                sent.complete();
            } catch (ExchangeException e) {
                sent.fail(e);
            }
        });
        return sent.future();
    }

    @Override
    public Future<Void> close(CloseReason reason) {
        Promise<Void> ended = PendingReply.promiseOnCallersContext();
        onLoop(() -> drain(reason, limits.deadAfter()).onComplete(ended));
        return ended.future();
    }

    private void onLoop(Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    private CloseReason reasonOr(CloseReason otherwise) {
        return farewell == null ? otherwise : farewell;
    }

    private void ended(CloseReason reason) {
        boolean wasOpen = !id.isEmpty();
        CloseReason why = reasonOr(reason);
        moveTo(ChannelState.CLOSED);
        pulse.stop();
        try {
            owner.closed(this, why);
            if (wasOpen) {
                observer.channelClosed(this, why);
            } else {
                observer.attachRefused(why);
            }
        } finally {
            session = null;
            Guard.run(closed::complete);
        }
    }

    private void moveTo(ChannelState next) {
        state = Objects.requireNonNull(next);
    }

    @Override
    public String toString() {
        return "Channel[" + id + ", target " + targetId() + ", connector " + connectorId() + ", " + state + "]";
    }

    /** What the connection tells. */
    private final class Listener implements ConnectionListener {

        /** Frames that come together share a look at the clock, but not more of them than take microseconds. */
        private static final int FRAMES_PER_LOOK = 16;

        private int untilLook;
        private long now;

        @Override
        public void onFrame(Frame frame, long sentAtNanos) {
            if (state != ChannelState.CLOSED) {
                if (untilLook == 0) {
                    untilLook = FRAMES_PER_LOOK;
                    now = loop.nanoTime();
                    pulse.frameCame(now);
                }
                untilLook = frame instanceof Frame.Command ? 0 : untilLook - 1; // a handler may have taken its time
                router.route(frame, sentAtNanos, now);
            }
        }

        @Override
        public void onBatchEnd() {
            untilLook = 0;
        }

        @Override
        public void onWritable() {
            outbox.writable();
            if (session != null) {
                session.writable();
            }
        }

        @Override
        public void onClosed(CloseReason reason) {
            ended(reason);
        }
    }
}
