package io.exchange.controller;

import io.exchange.api.BlockingCommandHandler;
import io.exchange.api.Call;
import io.exchange.api.Channel;
import io.exchange.api.ChannelState;
import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Command;
import io.exchange.api.CommandHandler;
import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.Grant;
import io.exchange.api.Limits;
import io.exchange.api.Message;
import io.exchange.api.MessageHandler;
import io.exchange.api.MessageType;
import io.exchange.api.Reply;
import io.exchange.api.Route;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamHandler;
import io.exchange.api.StreamType;
import io.exchange.channel.CommandIds;
import io.exchange.channel.EventLoop;
import io.exchange.channel.Handlers;
import io.exchange.channel.Session;
import io.exchange.controller.Broadcast.Answer;
import io.exchange.controller.accept.Acceptor;
import io.exchange.controller.accept.LocalSession;
import io.exchange.controller.accept.LocalSessions;
import io.exchange.controller.batch.BatchRunner;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.route.Router;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The controller behind {@link ExchangeController}: wires the door, the router and the directory together. */
final class ControllerNode implements ExchangeController {

    private static final Logger LOG = System.getLogger(ExchangeController.class.getName());

    private final Vertx vertx;
    private final ControllerOptions options;
    private final EventLoop loop;
    private final Handlers handlers = new Handlers();
    private final Membership membership;
    private final LocalSessions sessions;
    private final List<ServerTransport> transports = new CopyOnWriteArrayList<>();
    private final List<Consumer<TargetChange>> changeListeners = new CopyOnWriteArrayList<>();
    private final Directory directory;
    private final Router router;
    private final Acceptor acceptor;
    private final BatchRunner batchRunner;
    private final BatchDesk batches;
    private volatile boolean draining;
    private final AtomicReference<@Nullable Future<Void>> stopped = new AtomicReference<>();

    /** Around what it shares with others: the membership. */
    ControllerNode(Vertx vertx, ControllerOptions options, Membership membership) {
        this.vertx = vertx;
        this.options = options;
        this.membership = membership;
        this.loop = EventLoop.of(EventLoop.contextOf(vertx));
        this.directory = membership.directory();
        this.sessions = membership.sessions();
        CommandIds ids = new CommandIds();
        this.router = new Router(new Router.Parts(
                membership.nodeId(),
                directory,
                sessions,
                membership::linkTo,
                ids,
                options.getObserver(),
                loop,
                () -> membership.readiness().ready()));
        this.acceptor = new Acceptor(new Acceptor.Parts(
                options,
                membership.nodeId(),
                directory,
                membership.lease(),
                sessions,
                handlers,
                ids,
                membership::linkTo,
                router::sessionReady));
        this.batchRunner = batchRunner();
        this.batches = new BatchDesk(membership::readiness, membership.batches(), batchRunner, loop);
        directory.listen(this::recordChanged);
        membership.begin(acceptor, router::linkReady);
    }

    private BatchRunner batchRunner() {
        return new BatchRunner(new BatchRunner.Parts(
                membership.nodeId(),
                membership.batches(),
                router::call,
                loop,
                membership::mayRun,
                membership::nodes,
                membership::isGone,
                Math::random,
                options.getObserver()));
    }

    @Override
    public <Q, A> ExchangeController handle(CommandType<Q, A> type, CommandHandler<Q, A> handler) {
        handlers.set(type, handler);
        return this;
    }

    @Override
    public <Q, A> ExchangeController handleBlocking(CommandType<Q, A> type, BlockingCommandHandler<Q, A> handler) {
        handlers.set(type, handler.onWorkersOf(vertx));
        return this;
    }

    @Override
    public <Q, U, D, A> ExchangeController handle(StreamType<Q, U, D, A> type, StreamHandler<Q, U, D, A> handler) {
        handlers.set(type, handler);
        return this;
    }

    @Override
    public <M> ExchangeController onMessage(MessageType<M> type, MessageHandler<M> handler) {
        handlers.set(type, handler);
        return this;
    }

    @Override
    public Future<Void> listen(ServerTransport transport) {
        if (transport.beyondLoopback() && options.getAuthenticator().isEmpty() && !options.isAnyoneMayAttach()) {
            return Future.failedFuture(ErrorCode.UNAUTHENTICATED.notExecuted(
                    "the transport can be reached from other machines: set an authenticator, or say explicitly that"
                            + " anyone may attach (ControllerOptions.setAnyoneMayAttach)"));
        }
        Duration heartbeat = options.getChannelLimits().heartbeatInterval();
        Optional<Duration> silence = transport.longestSilence();
        if (silence.isPresent() && heartbeat.compareTo(silence.get()) >= 0) {
            return Future.failedFuture(
                    ErrorCode.INVALID.notExecuted(
                            "the transport cuts connections that are silent for "
                                    + silence.get() + ", and heartbeats come every " + heartbeat
                                    + " only: let them come more often (ChannelLimits.withHeartbeatInterval), or allow longer silence"));
        }
        transports.add(transport);
        return transport.listen(vertx, acceptor::accept);
    }

    @Override
    public <Q, A> Future<Reply<A>> send(String targetId, Command<Q, A> command) {
        return call(targetId, command).reply();
    }

    @Override
    public <Q, A> Call<A> call(String targetId, Command<Q, A> command) {
        return router.call(Limits.requireName("target id", targetId), command);
    }

    @Override
    public <Q, U, D, A> StreamCall<U, D, A> open(String targetId, StreamType<Q, U, D, A> type, Command<Q, A> command) {
        return router.open(Limits.requireName("target id", targetId), type, command);
    }

    @Override
    public <Q, A> Broadcast<A> broadcast(Collection<String> targetIds, Command<Q, A> command) {
        Map<String, Command<Q, A>> commands = new LinkedHashMap<>(); // what cannot be sent throws before any is
        for (String targetId : targetIds) {
            commands.put(Limits.requireName("target id", targetId), withOwnId(command, targetId));
        }
        List<Future<Answer<A>>> sent = new ArrayList<>(commands.size());
        commands.forEach((targetId, own) -> sent.add(answer(targetId, "", send(targetId, own))));
        return new Broadcast<>(sent);
    }

    @Override
    public <Q, A> Broadcast<A> broadcast(String targetId, Command<Q, A> command) {
        Map<String, Command<Q, A>> commands = new LinkedHashMap<>();
        for (Target.Connector connector :
                target(targetId).map(Target::connectors).orElse(List.of())) {
            String connectorId = connector.connectorId();
            if (connector.healthy()) {
                commands.put(connectorId, withOwnId(command, connectorId).withRoute(Route.connector(connectorId)));
            }
        }
        List<Future<Answer<A>>> sent = new ArrayList<>(commands.size());
        commands.forEach((connectorId, own) -> sent.add(answer(targetId, connectorId, send(targetId, own))));
        return new Broadcast<>(sent);
    }

    private static <Q, A> Command<Q, A> withOwnId(Command<Q, A> command, String suffix) {
        return command.id().map(id -> command.withId(id + "@" + suffix)).orElse(command);
    }

    private static <A> Future<Answer<A>> answer(String targetId, String connectorId, Future<Reply<A>> reply) {
        return reply.transform(result -> Future.succeededFuture(new Answer<>(targetId, connectorId, result)));
    }

    @Override
    public <M> Future<Void> send(String targetId, Message<M> message) {
        return router.send(Limits.requireName("target id", targetId), message);
    }

    @Override
    public Future<Void> move(String targetId, Grant grant) {
        return directory
                .submit(targetId, new TargetEvent.MoveRequested(grant, directory.clusterTime()))
                .mapEmpty();
    }

    @Override
    public Optional<Target> target(String targetId) {
        return Optional.of(Targets.target(directory.lookup(targetId)))
                .filter(target -> !target.connectors().isEmpty());
    }

    @Override
    public List<Target> targets() {
        return directory.snapshot().stream()
                .map(Targets::target)
                .filter(target -> !target.connectors().isEmpty())
                .toList();
    }

    @Override
    public List<Channel> channels(String targetId) {
        return sessions.ofTarget(targetId).stream()
                .filter(local -> local.session().state() == Session.State.ATTACHED) // others may have had none yet
                .map(LocalSession::channel)
                .filter(channel -> channel.state() == ChannelState.ACTIVE)
                .toList();
    }

    @Override
    public ExchangeController onTargetChange(Consumer<TargetChange> listener) {
        changeListeners.add(listener);
        return this;
    }

    @Override
    public Batches batches() {
        return batches;
    }

    @Override
    public Readiness readiness() {
        return draining ? new Readiness(false, "the node is draining") : membership.readiness();
    }

    @Override
    public Future<Void> drain(Duration patience) {
        draining = true;
        membership.drain();
        Future<Void> released = batchRunner.release(patience);
        return acceptor.drain(
                        () -> new CloseReason(Code.DRAINING, "the node is being drained", membership.elsewhere()),
                        patience)
                .eventually(() -> released);
    }

    private void recordChanged(TargetRecord before, TargetRecord after) {
        router.sessionReady(after.targetId());
        if (!changeListeners.isEmpty()) {
            List<TargetChange> changes = Targets.changes(before, after);
            loop.execute(() -> changes.forEach(this::tell));
        }
    }

    private void tell(TargetChange change) {
        for (Consumer<TargetChange> listener : changeListeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a listener failed at " + change.kind() + " of " + change.targetId(), e);
            }
        }
    }

    @Override
    public Future<Void> stop(Duration patience) {
        Promise<Void> ended = Promise.promise();
        if (stopped.compareAndSet(null, ended.future())) {
            halt(patience).onComplete(ended);
        }
        return Objects.requireNonNull(stopped.get());
    }

    private Future<Void> halt(Duration patience) {
        draining = true;
        membership.drain();
        Future<Void> released = batchRunner.release(patience);
        Future<Void> waiting = router.close();
        CloseReason reason = CloseReason.of(Code.SHUTTING_DOWN, "the controller stops");
        return acceptor.drain(() -> reason, patience)
                .eventually(acceptor::close)
                .eventually(() -> membership.unlink(patience))
                .eventually(() -> waiting)
                .eventually(router::close) // again, for what came back from the links
                .eventually(() -> released)
                .eventually(batches::close)
                .eventually(this::closeTransports)
                .eventually(membership::leave);
    }

    private Future<Void> closeTransports() {
        return Future.join(transports.stream().map(ServerTransport::close).toList())
                .mapEmpty();
    }

    @Override
    public Future<Void> stop() {
        return stop(options.getStopTimeout());
    }
}
