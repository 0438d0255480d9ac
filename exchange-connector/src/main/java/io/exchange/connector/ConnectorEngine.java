package io.exchange.connector;

import io.exchange.api.BlockingCommandHandler;
import io.exchange.api.Call;
import io.exchange.api.Command;
import io.exchange.api.CommandHandler;
import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.Grant;
import io.exchange.api.HealthCheck;
import io.exchange.api.Message;
import io.exchange.api.MessageHandler;
import io.exchange.api.MessageType;
import io.exchange.api.Reply;
import io.exchange.api.Route;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamHandler;
import io.exchange.api.StreamType;
import io.exchange.channel.ChannelEngine;
import io.exchange.channel.CommandIds;
import io.exchange.channel.Elsewhere;
import io.exchange.channel.EventLoop;
import io.exchange.channel.Handlers;
import io.exchange.channel.PendingReply;
import io.exchange.channel.Session;
import io.exchange.transport.ClientTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** The connector behind {@link ExchangeConnector}: brings every call onto the one loop that all of it lives on. */
final class ConnectorEngine implements ExchangeConnector {

    private final Vertx vertx;
    private final ConnectorOptions options;
    private final Handlers handlers = new Handlers();
    private final CommandIds ids = new CommandIds();
    private final EventLoop loop;
    private final RoleCallbacks callbacks;
    private final RolesHeld roles;
    private final Session session;
    private final Attachment attachment;

    ConnectorEngine(Vertx vertx, ClientTransport transport, ConnectorOptions options) {
        if (options.getTargetId().isEmpty()) {
            throw new IllegalArgumentException("a connector needs a target id: setTargetId(…)");
        }
        if (options.getEndpoints().isEmpty()) {
            throw new IllegalArgumentException("a connector needs an endpoint of a controller: addEndpoint(…)");
        }
        this.vertx = vertx;
        this.options = options;
        Context context = EventLoop.contextOf(vertx);
        this.loop = EventLoop.of(context);
        this.callbacks = new RoleCallbacks(loop, options);
        boolean releases = options.isReleaseOnClose() || transport.staysInside();
        this.roles = new RolesHeld(loop, options, releases, callbacks);
        this.session = new Session(setup(), loop, true);
        handlers.set(HealthCheck.TYPE, (query, about) -> Future.succeededFuture(new HealthCheck.Report(true, "")));
        this.attachment = new Attachment(context, loop, transport, options, session, roles);
    }

    private Session.Setup setup() {
        return new Session.Setup(
                CommandIds.sessionId(System.currentTimeMillis()),
                handlers,
                options.getMaxConcurrent(),
                options.getObserver(),
                ids,
                roles,
                Elsewhere.NOWHERE,
                options.getReplyMemory());
    }

    @Override
    public String targetId() {
        return options.getTargetId();
    }

    @Override
    public String connectorId() {
        return options.getConnectorId();
    }

    @Override
    public <Q, A> ExchangeConnector handle(CommandType<Q, A> type, CommandHandler<Q, A> handler) {
        handlers.set(type, handler);
        return this;
    }

    @Override
    public <Q, A> ExchangeConnector handleBlocking(CommandType<Q, A> type, BlockingCommandHandler<Q, A> handler) {
        handlers.set(type, handler.onWorkersOf(vertx));
        return this;
    }

    @Override
    public <Q, U, D, A> ExchangeConnector handle(StreamType<Q, U, D, A> type, StreamHandler<Q, U, D, A> handler) {
        handlers.set(type, handler);
        return this;
    }

    @Override
    public <M> ExchangeConnector onMessage(MessageType<M> type, MessageHandler<M> handler) {
        handlers.set(type, handler);
        return this;
    }

    @Override
    public ExchangeConnector onGrants(Consumer<Set<Grant>> action) {
        callbacks.onGrants(action);
        return this;
    }

    @Override
    public ExchangeConnector onPrimary(LongConsumer action) {
        callbacks.onPrimary(action);
        return this;
    }

    @Override
    public ExchangeConnector onSecondary(Runnable action) {
        callbacks.onSecondary(action);
        return this;
    }

    @Override
    public Future<Void> start() {
        return onLoop(attachment::start);
    }

    @Override
    public Future<Void> connected() {
        return onLoop(attachment::connected);
    }

    @Override
    public <Q, A> Future<Reply<A>> send(Command<Q, A> command) {
        return call(command).reply();
    }

    @Override
    public <Q, A> Call<A> call(Command<Q, A> command) {
        PendingReply<A> reply = pending(command);
        submit(reply, command.route());
        return reply;
    }

    @Override
    public <Q, U, D, A> StreamCall<U, D, A> open(StreamType<Q, U, D, A> type, Command<Q, A> command) {
        PendingReply<A> reply = pending(command);
        StreamCall<U, D, A> call = reply.withStreams(type);
        submit(reply, command.route());
        return call;
    }

    private <Q, A> PendingReply<A> pending(Command<Q, A> command) {
        return new PendingReply<>(ids, command, loop, options.getObserver(), PendingReply.Rerouter.NONE);
    }

    private void submit(PendingReply<?> reply, Route route) {
        if (route instanceof Route.Holder asHolder) {
            session.execute(() -> sendAsHolder(reply, asHolder.role()));
        } else {
            session.submit(reply.command());
        }
    }

    private void sendAsHolder(PendingReply<?> reply, String role) {
        Optional<Grant> held = callbacks.told().stream()
                .filter(grant -> grant.role().equals(role))
                .findFirst();
        if (held.isPresent()) {
            reply.command().fence(held.get());
            session.submit(reply.command());
        } else {
            reply.refuse(ErrorCode.NOT_PRIMARY.notExecuted("this connector does not hold the role " + role));
        }
    }

    @Override
    public <M> Future<Void> send(Message<M> message) {
        return onLoop(() -> {
            Optional<ChannelEngine> channel = attachment.channel();
            return channel.isPresent()
                    ? channel.get().send(message)
                    : Future.failedFuture(ErrorCode.NO_CHANNEL.notExecuted("the connector is not attached"));
        });
    }

    @Override
    public ExchangeConnector setRoles(Set<String> newRoles) {
        Set<String> copy = Set.copyOf(newRoles);
        session.execute(() -> roles.changeTo(copy));
        return this;
    }

    @Override
    public Set<Grant> grants() {
        return callbacks.told();
    }

    @Override
    public ConnectorStatus status() {
        return attachment.status();
    }

    @Override
    public Future<Void> drain(Duration patience) {
        return onLoop(() -> attachment.drain(patience));
    }

    @Override
    public Future<Void> stop() {
        return drain(options.getStopTimeout());
    }

    @Override
    public Future<Void> abort() {
        return onLoop(attachment::abort);
    }

    /** Runs a task on the loop, at once if the caller is on it, and gives its outcome on the caller's context. */
    private <T> Future<T> onLoop(Supplier<Future<T>> task) {
        if (loop.inLoop()) {
            return task.get();
        }
        Promise<T> outcome = PendingReply.promiseOnCallersContext();
        loop.execute(() -> task.get().onComplete(outcome));
        return outcome.future();
    }
}
