package io.exchange.channel;

import io.exchange.api.CommandContext;
import io.exchange.api.CommandHandler;
import io.exchange.api.CommandType;
import io.exchange.api.MessageHandler;
import io.exchange.api.MessageType;
import io.exchange.api.PayloadType;
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
        commands.put(type.name(), new ForCommands<>(type, handler));
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

    /** A command handler with the types that it was registered under. */
    record ForCommands<Q, A>(CommandType<Q, A> type, CommandHandler<Q, A> handler) {

        /** Decodes the request; fails as {@link PayloadType#decode} does. */
        Q request(Payload payload) {
            return payload.value(type.request());
        }

        /** Runs the handler and gives its answer as a payload. */
        Future<Payload> answer(Q request, CommandContext context) throws Exception {
            Future<A> answer = handler.handle(request, context);
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

        Future<Payload> handle(Payload request, CommandContext context) throws Exception {
            return answer(request(request), context);
        }
    }

    /** A message handler with the type that it was registered under. */
    record ForMessages<M>(MessageType<M> type, MessageHandler<M> handler) {

        void handle(Frame.Message message, ChannelEngine channel) {
            handler.handle(message.payload().value(type.payload()), message.headers(), channel);
        }
    }
}
