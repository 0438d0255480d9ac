package io.exchange.channel;

import io.exchange.api.CommandHandler;
import io.exchange.api.CommandType;
import io.exchange.api.MessageHandler;
import io.exchange.api.MessageType;
import io.exchange.api.StreamHandler;
import io.exchange.api.StreamType;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What one end of the exchange answers, shared by all its sessions. Safe for any thread. */
public final class Handlers {

    private final Map<String, ForCommands<?, ?>> commands = new ConcurrentHashMap<>();
    private final Map<String, ForMessages<?>> messages = new ConcurrentHashMap<>();

    /**
     * Sets the handler of a type.
     *
     * @param type the type
     * @param handler its handler, in place of an earlier one for the same name
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     */
    public <Q, A> void set(CommandType<Q, A> type, CommandHandler<Q, A> handler) {
        commands.put(
                type.name(), new ForCommands<>(type, (request, session, running) -> handler.handle(request, running)));
    }

    /**
     * Sets the handler of a type whose commands carry items.
     *
     * @param type the type
     * @param handler its handler, in place of an earlier one for the same name
     * @param <Q> the type of the request
     * @param <U> the type of the items from the caller
     * @param <D> the type of the items to the caller
     * @param <A> the type of the answer
     */
    public <Q, U, D, A> void set(StreamType<Q, U, D, A> type, StreamHandler<Q, U, D, A> handler) {
        CommandType<Q, A> command = type.command();
        commands.put(
                command.name(),
                new ForCommands<>(
                        command,
                        (request, session, running) ->
                                handler.handle(request, running.open(new HandlerStreams<>(running, session, type)))));
    }

    /**
     * Sets the handler of a type.
     *
     * @param type the type
     * @param handler its handler, in place of an earlier one for the same name
     * @param <M> the type of the payload
     */
    public <M> void set(MessageType<M> type, MessageHandler<M> handler) {
        messages.put(type.name(), new ForMessages<>(type, handler));
    }

    Optional<ForCommands<?, ?>> forCommand(String type) {
        return Optional.ofNullable(commands.get(type));
    }

    Optional<ForMessages<?>> forMessage(String type) {
        return Optional.ofNullable(messages.get(type));
    }

    /** A handler as the dispatcher calls it. */
    interface Runner<Q, A> {
        Future<A> run(Q request, Session session, RunningCommand running) throws Exception;
    }

    /** A command handler with the types that it was registered under. */
    record ForCommands<Q, A>(CommandType<Q, A> type, Runner<Q, A> runner) {

        /** Runs the handler and gives its answer as a payload. */
        Future<Payload> answer(Q request, Session session, RunningCommand running) throws Exception {
            Future<A> answer = runner.run(request, session, running);
            if (answer == null) {
                throw new IllegalStateException("the handler of " + type.name() + " returned null, not a future");
            }
            if (answer.succeeded()) { // no listener where none is needed
                return Future.succeededFuture(payload(answer.result()));
            }
            return answer.map(this::payload);
        }

        private Payload payload(A answer) {
            return Payload.of(type.reply(), answer);
        }
    }

    /** A message handler with the type that it was registered under. */
    record ForMessages<M>(MessageType<M> type, MessageHandler<M> handler) {

        void handle(Frame.Message message, ChannelEngine channel) {
            handler.handle(message.payload().value(type.payload()), message.headers(), channel);
        }
    }
}
