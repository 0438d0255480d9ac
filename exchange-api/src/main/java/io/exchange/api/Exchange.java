package io.exchange.api;

/** What both ends of a channel do: answer commands and take messages. Methods may be called from any thread. */
public interface Exchange {

    /**
     * Answers the commands of a type, on every channel, from now on. A handler for the same name is replaced; commands
     * already running keep the one they have.
     *
     * @param type the type
     * @param handler the handler; must not block
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return this
     */
    <Q, A> Exchange handle(CommandType<Q, A> type, CommandHandler<Q, A> handler);

    /**
     * Answers the commands of a type on worker threads.
     *
     * @param type the type
     * @param handler the handler; may block
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return this
     */
    <Q, A> Exchange handleBlocking(CommandType<Q, A> type, BlockingCommandHandler<Q, A> handler);

    /**
     * Answers the commands of a type that carry items.
     *
     * @param type the type
     * @param handler the handler; must not block
     * @param <Q> the type of the request
     * @param <U> the type of the items from the caller
     * @param <D> the type of the items to the caller
     * @param <A> the type of the answer
     * @return this
     */
    <Q, U, D, A> Exchange handle(StreamType<Q, U, D, A> type, StreamHandler<Q, U, D, A> handler);

    /**
     * Takes the one-way messages of a type, on every channel, from now on.
     *
     * @param type the type
     * @param handler the handler; must not block
     * @param <M> the type of the payload
     * @return this
     */
    <M> Exchange onMessage(MessageType<M> type, MessageHandler<M> handler);
}
