package io.exchange.api;

import io.vertx.core.Future;
import java.util.Map;

/** What an application sees of the link between a connector and a controller, at either end. Safe for any thread. */
public interface Channel {

    /**
     * The id that the controller gave it.
     *
     * @return the id, unique for ever
     */
    String id();

    /**
     * The target at whose side the connector is.
     *
     * @return the target id
     */
    String targetId();

    /**
     * The connector.
     *
     * @return the connector id
     */
    String connectorId();

    /**
     * The session that the channel carries.
     *
     * @return the session id
     */
    String sessionId();

    /**
     * What the connector said of itself.
     *
     * @return the labels
     */
    Map<String, String> labels();

    /**
     * Where it stands.
     *
     * @return the state
     */
    ChannelState state();

    /**
     * Sends a command to the other end of this channel's session. Its {@link Command#route()} is not looked at.
     *
     * @param command the command
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the reply, on the caller's context or else on the channel's; fails with an {@link ExchangeException}
     */
    <Q, A> Future<Reply<A>> send(Command<Q, A> command);

    /**
     * Sends a command, for callers who may want to cancel it.
     *
     * @param command the command
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the call
     */
    <Q, A> Call<A> call(Command<Q, A> command);

    /**
     * Sends a command that carries items.
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
     * Sends a one-way message.
     *
     * @param message the message
     * @param <M> the type of its payload
     * @return completes when the message was handed to the connection, which says nothing of its arrival; fails with
     *     {@link ErrorCode#CHANNEL_CLOSED}, {@link ErrorCode#EXHAUSTED}, {@link ErrorCode#TOO_LARGE} or
     *     {@link ErrorCode#INVALID} if it has not
     */
    <M> Future<Void> send(Message<M> message);

    /**
     * Drains and closes: commands in flight may end, for as long as a silent channel is taken to be alive
     * ({@link io.exchange.protocol.ChannelLimits#deadAfter()}, 9 s by default).
     *
     * @param reason what to tell the other end. A connector does what {@link CloseReason#next()} says: with
     *     {@link CloseReason.Code#NORMAL} it stops for good, with {@link CloseReason.Code#SHUTTING_DOWN} it attaches again
     * @return completes when the channel is closed
     */
    Future<Void> close(CloseReason reason);
}
