package io.exchange.grpc.cluster;

import io.exchange.api.BlockingCommandHandler;
import io.exchange.api.Call;
import io.exchange.api.Channel;
import io.exchange.api.Command;
import io.exchange.api.CommandHandler;
import io.exchange.api.CommandType;
import io.exchange.api.Grant;
import io.exchange.api.Message;
import io.exchange.api.MessageHandler;
import io.exchange.api.MessageType;
import io.exchange.api.Reply;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamHandler;
import io.exchange.api.StreamType;
import io.exchange.controller.Batches;
import io.exchange.controller.Broadcast;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.Readiness;
import io.exchange.controller.Target;
import io.exchange.controller.TargetChange;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Two nodes that look like one controller: connectors attach to the one, commands are sent and targets watched at the other. */
final class TwoNodes implements ExchangeController {

    private final ExchangeController near;
    private final ExchangeController far;

    TwoNodes(ExchangeController near, ExchangeController far) {
        this.near = near;
        this.far = far;
    }

    @Override
    public Batches batches() {
        return near.batches();
    }

    @Override
    public Readiness readiness() {
        return near.readiness();
    }

    @Override
    public Future<Void> drain(Duration patience) {
        return far.drain(patience);
    }

    @Override
    public <Q, A> ExchangeController handle(CommandType<Q, A> type, CommandHandler<Q, A> handler) {
        far.handle(type, handler);
        return this;
    }

    @Override
    public <Q, A> ExchangeController handleBlocking(CommandType<Q, A> type, BlockingCommandHandler<Q, A> handler) {
        far.handleBlocking(type, handler);
        return this;
    }

    @Override
    public <Q, U, D, A> ExchangeController handle(StreamType<Q, U, D, A> type, StreamHandler<Q, U, D, A> handler) {
        far.handle(type, handler);
        return this;
    }

    @Override
    public <M> ExchangeController onMessage(MessageType<M> type, MessageHandler<M> handler) {
        far.onMessage(type, handler);
        return this;
    }

    @Override
    public Future<Void> listen(ServerTransport transport) {
        return far.listen(transport);
    }

    @Override
    public <Q, A> Future<Reply<A>> send(String targetId, Command<Q, A> command) {
        return near.send(targetId, command);
    }

    @Override
    public <Q, A> Call<A> call(String targetId, Command<Q, A> command) {
        return near.call(targetId, command);
    }

    @Override
    public <Q, U, D, A> StreamCall<U, D, A> open(String targetId, StreamType<Q, U, D, A> type, Command<Q, A> command) {
        return near.open(targetId, type, command);
    }

    @Override
    public <Q, A> Broadcast<A> broadcast(Collection<String> targetIds, Command<Q, A> command) {
        return near.broadcast(targetIds, command);
    }

    @Override
    public <Q, A> Broadcast<A> broadcast(String targetId, Command<Q, A> command) {
        return near.broadcast(targetId, command);
    }

    @Override
    public <M> Future<Void> send(String targetId, Message<M> message) {
        return near.send(targetId, message);
    }

    @Override
    public Future<Void> move(String targetId, Grant grant) {
        return near.move(targetId, grant);
    }

    @Override
    public Optional<Target> target(String targetId) {
        return near.target(targetId);
    }

    @Override
    public List<Target> targets() {
        return near.targets();
    }

    @Override
    public List<Channel> channels(String targetId) {
        return far.channels(targetId);
    }

    @Override
    public ExchangeController onTargetChange(Consumer<TargetChange> listener) {
        near.onTargetChange(listener);
        return this;
    }

    @Override
    public Future<Void> stop(Duration patience) {
        // what is out to the other node is heard of only after that has stopped
        return Future.join(far.stop(patience), near.stop(patience.plusSeconds(5)))
                .mapEmpty();
    }

    @Override
    public Future<Void> stop() {
        return Future.join(far.stop(), near.stop()).mapEmpty();
    }
}
