package io.exchange.connector;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.channel.Alarm;
import io.exchange.channel.ChannelEngine;
import io.exchange.channel.ChannelOwner;
import io.exchange.channel.EventLoop;
import io.exchange.channel.Guard;
import io.exchange.channel.Session;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.Connection;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Keeps a session attached: connects, says hello, backs off, and does it again until it is stopped. Confined to its loop. */
final class Attachment implements ChannelOwner {

    /** A channel that lived this long was a success, so that the next back-off starts from the first again. */
    private static final long STABLE_NANOS = Duration.ofSeconds(5).toNanos();

    private static final Logger LOG = System.getLogger(ExchangeConnector.class.getName());

    private final Context context;
    private final EventLoop loop;
    private final ClientTransport transport;
    private final ConnectorOptions options;
    private final Session session;
    private final RolesHeld roles;
    private final Backoff backoff;
    private final Endpoints endpoints;
    private final Alarm alarm = new Alarm(this::alarmRang);
    private final Alarm grace;
    private final Promise<Void> stopped = Promise.promise();
    private Promise<Void> connected = Promise.promise();
    private volatile ConnectorStatus status;
    private volatile ConnectorState state = ConnectorState.NEW;
    private @Nullable ChannelEngine channel;
    private String endpoint = "";
    private String resumeToken = "";
    private Map<String, String> metadata = Map.of();
    private long attachNumber;
    private int attempt;
    private int failures;
    private long attachedNanos;
    private @Nullable String lastError;

    Attachment(
            Context context,
            EventLoop loop,
            ClientTransport transport,
            ConnectorOptions options,
            Session session,
            RolesHeld roles) {
        this.context = context;
        this.loop = loop;
        this.transport = transport;
        this.options = options;
        this.session = session;
        this.roles = roles;
        this.backoff = new Backoff(options.getBackoffFirst(), options.getBackoffMost());
        this.endpoints = new Endpoints(
                options.getEndpoints(), ThreadLocalRandom.current().nextDouble());
        this.grace = new Alarm(session::cancelHandlers);
        this.status = snapshot();
    }

    ConnectorStatus status() {
        ConnectorStatus seen = status;
        return new ConnectorStatus(
                seen.state(),
                seen.since(),
                seen.endpoint(),
                seen.channelId(),
                seen.attempts(),
                seen.lastError(),
                roles.told());
    }

    Future<Void> start() {
        if (state == ConnectorState.DRAINING || state == ConnectorState.STOPPED) {
            return Future.failedFuture(stoppedException());
        }
        if (state == ConnectorState.NEW) {
            connect();
        }
        return Future.succeededFuture();
    }

    Future<Void> connected() {
        if (state == ConnectorState.ATTACHED) {
            return Future.succeededFuture();
        }
        if (state == ConnectorState.DRAINING || state == ConnectorState.STOPPED) {
            return Future.failedFuture(stoppedException());
        }
        return connected.future();
    }

    private ExchangeException stoppedException() {
        return ErrorCode.SHUTTING_DOWN.notExecuted(
                "the connector has stopped, and is not started again: create another one"
                        + (lastError == null ? "" : "; " + lastError));
    }

    Optional<ChannelEngine> channel() {
        return Optional.ofNullable(channel).filter(session::isCarriedBy);
    }

    private void connect() {
        endpoint = endpoints.next();
        moveTo(ConnectorState.CONNECTING);
        attempt++;
        int thisAttempt = attempt;
        loop.schedule(alarm, loop.nanoTime() + options.getConnectTimeout().toNanos());
        metadata()
                .onComplete(asked -> onLoop(() -> {
                    if (asked.succeeded()) {
                        open(thisAttempt, asked.result());
                    } else {
                        opened(thisAttempt, Future.failedFuture("there is no metadata: " + asked.cause()));
                    }
                }));
    }

    private Future<Map<String, String>> metadata() {
        try {
            return options.getMetadataSupplier().get().map(added -> {
                Map<String, String> all = new HashMap<>(options.getMetadata());
                all.putAll(added);
                return Map.copyOf(all);
            });
        } catch (Throwable e) { // of the application
            return Future.failedFuture(e);
        }
    }

    private void open(int thisAttempt, Map<String, String> asked) {
        if (state == ConnectorState.CONNECTING && thisAttempt == attempt) {
            metadata = asked;
            transport.connect(context, endpoint, asked).onComplete(result -> onLoop(() -> opened(thisAttempt, result)));
        }
    }

    private void onLoop(Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    private void alarmRang() {
        if (state == ConnectorState.WAITING) {
            connect();
        } else if (state == ConnectorState.CONNECTING && channel == null) {
            attempt++;
            attachFailed(CloseReason.of(Code.CONNECTION_LOST, "cannot reach " + endpoint + " in time"));
        }
    }

    private void opened(int ofAttempt, AsyncResult<Connection> result) {
        if (state != ConnectorState.CONNECTING || ofAttempt != attempt) {
            if (result.succeeded()) {
                result.result().start(new Unwanted());
                result.result().close(CloseReason.of(Code.NORMAL, "the connector has stopped waiting for it"));
            }
        } else if (result.succeeded()) {
            alarm.cancel();
            sayHello(result.result());
        } else {
            attachFailed(unreachable(result.cause()));
        }
    }

    private CloseReason unreachable(Throwable cause) {
        boolean senseless = cause instanceof ExchangeException e && e.code() == ErrorCode.INVALID;
        return CloseReason.of(
                senseless ? Code.INVALID : Code.CONNECTION_LOST,
                "cannot reach " + endpoint + ": " + cause.getMessage());
    }

    private void sayHello(Connection connection) {
        attachNumber++;
        Frame.Hello hello = new Frame.Hello(
                Frame.PROTOCOL_VERSION,
                options.getConnectorId(),
                session.id(),
                attachNumber,
                resumeToken,
                options.getTargetId(),
                options.getLabels(),
                roles.roles(),
                roles.attach(attachNumber),
                metadata,
                Payload.ofBytes(options.getHelloPayload()));
        channel = ChannelEngine.connect(
                connection, loop, hello, options.getHandshakeTimeout(), this, options.getObserver());
    }

    @Override
    public void helloReply(ChannelEngine attached, Frame.HelloReply reply) {
        if (state != ConnectorState.CONNECTING || attached != channel) {
            attached.abort(CloseReason.of(Code.NORMAL, "the connector has stopped"));
            return;
        }
        resumeToken = reply.resumeToken();
        attachedNanos = loop.nanoTime();
        grace.cancel();
        moveTo(ConnectorState.ATTACHED);
        roles.attached(attached);
        attached.activate(reply, session);
        roles.activated();
        status = snapshot(); // now the channel has its id
        LOG.log(Level.INFO, "attached {0} at {1}", attached, endpoint);
        Promise<Void> waiting = connected;
        connected = Promise.promise();
        Guard.run(waiting::complete);
    }

    @Override
    public void heartbeatSent(ChannelEngine sender, long number) {
        if (sender == channel) {
            roles.heartbeatSent(number);
        }
    }

    @Override
    public void heartbeatAck(ChannelEngine sender, Frame.HeartbeatAck frame) {
        if (sender == channel) {
            roles.renewed(frame);
        }
    }

    @Override
    public void granted(ChannelEngine sender, Frame.Granted frame) {
        if (sender == channel) {
            roles.granted(frame);
        }
    }

    @Override
    public void revoked(ChannelEngine sender, Frame.Revoked frame) {
        if (sender == channel) {
            roles.revoked(frame);
        }
    }

    @Override
    public void goodBye(ChannelEngine left, CloseReason reason) {
        if (left == channel && reason.next() == CloseReason.Next.STOP) {
            roles.leave();
        }
    }

    @Override
    public void closing(ChannelEngine ending) {
        if (ending == channel) {
            roles.channelLost();
        }
    }

    /** Whoever says good-bye for good has stepped down, as the controller relies on. */
    @Override
    public void leaving(ChannelEngine leaver, CloseReason reason) {
        if (leaver == channel && reason.next() == CloseReason.Next.STOP) {
            roles.leaveSilently();
        }
    }

    @Override
    public void closed(ChannelEngine ended, CloseReason reason) {
        if (ended != channel) {
            return;
        }
        channel = null;
        if (reason.next() == CloseReason.Next.STOP) {
            roles.leave(); // before the controller, which knows of this end, can let another hold it
        }
        roles.channelLost();
        if (session.state() == Session.State.ATTACHED) {
            session.suspend();
            loop.schedule(grace, loop.nanoTime() + ended.limits().sessionGrace().toNanos());
            LOG.log(Level.INFO, "{0} ended: {1}", ended, reason);
        }
        if (state == ConnectorState.DRAINING) {
            finish();
        } else if (state == ConnectorState.CONNECTING || state == ConnectorState.ATTACHED) {
            endpoints.pointTo(reason.endpoint());
            attachFailed(reason);
        }
    }

    private void attachFailed(CloseReason reason) {
        lastError = reason.toString();
        if (reason.next() == CloseReason.Next.STOP) {
            LOG.log(Level.ERROR, "{0} is refused for good: {1}", options.getTargetId(), reason);
            finish();
            return;
        }
        if (state == ConnectorState.ATTACHED && loop.nanoTime() - attachedNanos > STABLE_NANOS) {
            failures = 0;
        }
        boolean isSentOn = state == ConnectorState.ATTACHED && failures == 0 && reason.code() == Code.DRAINING;
        Duration delay = isSentOn // one by one, by a node that paces it
                ? Duration.ZERO
                : backoff.delay(failures, ThreadLocalRandom.current().nextDouble());
        failures++;
        moveTo(ConnectorState.WAITING);
        options.getObserver().reconnecting(options.getTargetId(), reason, delay);
        loop.schedule(alarm, loop.nanoTime() + delay.toNanos());
    }

    Future<Void> drain(Duration patience) {
        if (state == ConnectorState.DRAINING || state == ConnectorState.STOPPED) {
            return stopped.future();
        }
        roles.leaveSilently();
        ChannelEngine open = channel;
        if (open == null) {
            finish();
        } else {
            moveTo(ConnectorState.DRAINING);
            open.drain(CloseReason.of(Code.NORMAL, "the connector stops"), patience);
        }
        return stopped.future();
    }

    Future<Void> abort() {
        ChannelEngine open = channel;
        if (state != ConnectorState.STOPPED) {
            if (open != null) {
                open.cut(CloseReason.of(
                        Code.CONNECTION_LOST, "aborted")); // first, so that nothing is said of what is held
            }
            finish();
        }
        return stopped.future();
    }

    private void finish() {
        moveTo(ConnectorState.STOPPED);
        alarm.cancel();
        grace.cancel();
        roles.stop();
        session.end(ErrorCode.SHUTTING_DOWN, "the connector has stopped");
        Guard.run(() -> connected.tryFail(stoppedException()));
        Guard.run(stopped::tryComplete);
    }

    private void moveTo(ConnectorState next) {
        state = next;
        if (next == ConnectorState.ATTACHED) {
            lastError = null;
        }
        status = snapshot();
    }

    private ConnectorStatus snapshot() {
        return new ConnectorStatus(
                state,
                Instant.now(),
                Optional.of(endpoint).filter(text -> !text.isEmpty()),
                Optional.ofNullable(channel).map(ChannelEngine::id).filter(text -> !text.isEmpty()),
                failures,
                Optional.ofNullable(lastError),
                java.util.Set.of());
    }

    /** Listens to a connection that came too late. */
    private static final class Unwanted implements ConnectionListener {

        @Override
        public void onFrame(Frame frame, long sentAtNanos) {}

        @Override
        public void onClosed(CloseReason reason) {}
    }
}
