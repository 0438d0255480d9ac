package io.exchange.connector;

import io.exchange.api.BlockingCommandHandler;
import io.exchange.api.Call;
import io.exchange.api.Command;
import io.exchange.api.CommandHandler;
import io.exchange.api.CommandType;
import io.exchange.api.Exchange;
import io.exchange.api.Grant;
import io.exchange.api.Message;
import io.exchange.api.MessageHandler;
import io.exchange.api.MessageType;
import io.exchange.api.Reply;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamHandler;
import io.exchange.api.StreamType;
import io.exchange.transport.ClientTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A target's side of the exchange: attaches to a controller, stays attached, answers commands, sends its own, and may be
 * primary.
 *
 * <p>Methods may be called from any thread. Callbacks and handlers are called on the connector's event loop, one at a
 * time, except those of {@link #handleBlocking}, which run on worker threads. Callbacks are not told of what was before they were
 * registered: register them before {@link #start()}. An object of this type is one session: once stopped it is not started again.
 */
public interface ExchangeConnector extends Exchange {

    /**
     * A connector that is not started yet.
     *
     * @param vertx where it runs
     * @param transport how it reaches controllers; not closed by the connector, as others may share it
     * @param options target id, endpoints and the rest; copied
     * @return the connector
     * @throws IllegalArgumentException if there is no target id or no endpoint
     */
    static ExchangeConnector create(Vertx vertx, ClientTransport transport, ConnectorOptions options) {
        return new ConnectorEngine(vertx, transport, new ConnectorOptions(options));
    }

    /**
     * The target that it speaks for.
     *
     * @return the target id
     */
    String targetId();

    /**
     * By what name it is known: that of its options, the same after a restart, or else one by chance.
     *
     * @return the connector id
     */
    String connectorId();

    @Override
    <Q, A> ExchangeConnector handle(CommandType<Q, A> type, CommandHandler<Q, A> handler);

    @Override
    <Q, A> ExchangeConnector handleBlocking(CommandType<Q, A> type, BlockingCommandHandler<Q, A> handler);

    @Override
    <Q, U, D, A> ExchangeConnector handle(StreamType<Q, U, D, A> type, StreamHandler<Q, U, D, A> handler);

    @Override
    <M> ExchangeConnector onMessage(MessageType<M> type, MessageHandler<M> handler);

    /**
     * Registers what to do with the complete set of what the connector holds, each time that it changes. Changes that come
     * together are told once.
     *
     * @param action takes the set, empty if nothing is held
     * @return this
     */
    ExchangeConnector onGrants(Consumer<Set<Grant>> action);

    /**
     * Registers what to do when the connector becomes primary, or stays it under a new term.
     *
     * @param action takes the term, the fencing token to pass along with what only a primary may do
     * @return this
     */
    ExchangeConnector onPrimary(LongConsumer action);

    /**
     * Registers what to do when the connector is primary no longer. By the guarantee of the lease it is called before
     * another can become primary, unless the process was paused.
     *
     * @param action the action
     * @return this
     */
    ExchangeConnector onSecondary(Runnable action);

    /**
     * Starts: from here on the connector attaches, and attaches again whenever it loses its channel, until it is stopped or
     * refused for good. Does not wait for a controller.
     *
     * @return completes when the connector runs, which is at once; {@link #connected()} tells of the channel. Fails with
     *     {@code SHUTTING_DOWN} if it has stopped: then another one must be created
     */
    Future<Void> start();

    /**
     * Tells of the next time that the connector is attached.
     *
     * @return completes at once if it is attached, else when it is; fails if it stops or is refused for good first
     */
    Future<Void> connected();

    /**
     * Sends a command to the controller. It waits, within its deadline, while there is no channel. With
     * {@link io.exchange.api.Route#holder} it is sent as the holder of that role: it carries the term, and is refused
     * {@code NOT_PRIMARY} if the role is not held and {@code STALE_TERM} where a newer term is known.
     *
     * @param command the command
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the reply, on the caller's context or else on the connector's; fails with an
     *     {@link io.exchange.api.ExchangeException}
     */
    <Q, A> Future<Reply<A>> send(Command<Q, A> command);

    /**
     * Sends a command to the controller, for callers who may want to cancel it; else as {@link #send(Command)}.
     *
     * @param command the command
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the call
     */
    <Q, A> Call<A> call(Command<Q, A> command);

    /**
     * Sends a command that carries items to the controller; else as {@link #send(Command)}.
     *
     * @param type the type
     * @param command a command of that type
     * @param <Q> the type of the request
     * @param <U> the type of the items to the handler
     * @param <D> the type of the items to the caller
     * @param <A> the type of the answer
     * @return the call
     */
    <Q, U, D, A> StreamCall<U, D, A> open(StreamType<Q, U, D, A> type, Command<Q, A> command);

    /**
     * Sends a one-way message to the controller.
     *
     * @param message the message
     * @param <M> the type of its payload
     * @return completes when it has left; fails with {@code NO_CHANNEL} if the connector is not attached, else as
     *     {@link io.exchange.api.Channel#send(Message)} does
     */
    <M> Future<Void> send(Message<M> message);

    /**
     * Changes the roles that the connector can take, from now on. What it holds of other roles it gives up. With one that its
     * identity may not take, the controller refuses it for good, and it stops.
     *
     * @param roles all the roles
     * @return this
     */
    ExchangeConnector setRoles(Set<String> roles);

    /**
     * What the connector holds now.
     *
     * @return the grants
     */
    Set<Grant> grants();

    /**
     * How it does.
     *
     * @return the status at this moment
     */
    ConnectorStatus status();

    /**
     * Stops: gives up what it holds, takes no new commands, lets those in flight end, says good-bye and closes.
     *
     * @param patience how long what is in flight may go on
     * @return completes when the connector has stopped
     */
    Future<Void> drain(Duration patience);

    /**
     * {@link #drain(Duration)} with {@link ConnectorOptions#getStopTimeout()}.
     *
     * @return completes when the connector has stopped
     */
    Future<Void> stop();

    /**
     * Stops as a crash would: cuts the connection without a word and gives up nothing. What it holds stays its own, for
     * the controller, until the lease ends.
     *
     * @return completes when the connector has stopped
     */
    Future<Void> abort();
}
