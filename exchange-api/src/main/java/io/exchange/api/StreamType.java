package io.exchange.api;

import java.util.Optional;

/**
 * A command type whose commands carry items before their reply: from the caller to the handler (up), from the handler to the
 * caller (down), or both.
 *
 * @param command name, request and answer
 * @param up how items to the handler travel; empty for none
 * @param down how items to the caller travel; empty for none
 * @param <Q> the type of the request
 * @param <U> the type of the items to the handler; {@link Void} for none
 * @param <D> the type of the items to the caller; {@link Void} for none
 * @param <A> the type of the answer
 */
public record StreamType<Q, U, D, A>(
        CommandType<Q, A> command, Optional<PayloadType<U>> up, Optional<PayloadType<D>> down) {

    /**
     * Items to the handler only: an upload.
     *
     * @param command name, request and answer
     * @param up how the items travel
     * @param <Q> the type of the request
     * @param <U> the type of the items
     * @param <A> the type of the answer
     * @return the type
     */
    public static <Q, U, A> StreamType<Q, U, Void, A> up(CommandType<Q, A> command, PayloadType<U> up) {
        return new StreamType<>(command, Optional.of(up), Optional.empty());
    }

    /**
     * Items to the caller only: progress, or a long answer in parts.
     *
     * @param command name, request and answer
     * @param down how the items travel
     * @param <Q> the type of the request
     * @param <D> the type of the items
     * @param <A> the type of the answer
     * @return the type
     */
    public static <Q, D, A> StreamType<Q, Void, D, A> down(CommandType<Q, A> command, PayloadType<D> down) {
        return new StreamType<>(command, Optional.empty(), Optional.of(down));
    }

    /**
     * Items either way.
     *
     * @param command name, request and answer
     * @param up how the items to the handler travel
     * @param down how the items to the caller travel
     * @param <Q> the type of the request
     * @param <U> the type of the items to the handler
     * @param <D> the type of the items to the caller
     * @param <A> the type of the answer
     * @return the type
     */
    public static <Q, U, D, A> StreamType<Q, U, D, A> both(
            CommandType<Q, A> command, PayloadType<U> up, PayloadType<D> down) {
        return new StreamType<>(command, Optional.of(up), Optional.of(down));
    }

    /**
     * A command of this type with the defaults of {@link CommandType#command}.
     *
     * @param payload the request
     * @return the command
     */
    public Command<Q, A> command(Q payload) {
        return command.command(payload);
    }
}
