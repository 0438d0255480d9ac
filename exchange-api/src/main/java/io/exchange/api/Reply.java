package io.exchange.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a handler that ran: {@link ReplyStatus#SUCCEEDED} with a payload, or {@link ReplyStatus#ERROR} with what
 * the handler said. A command that got no such answer ends with an {@link ExchangeException} instead.
 *
 * @param <A> the type of the answer
 */
public final class Reply<A> {

    private final String commandId;
    private final @Nullable A payload;
    private final @Nullable ReplyError error;

    private Reply(String commandId, @Nullable A payload, @Nullable ReplyError error) {
        this.commandId = commandId;
        this.payload = payload;
        this.error = error;
    }

    /**
     * A reply of a handler that succeeded.
     *
     * @param commandId the id of the command
     * @param payload the answer
     * @param <A> its type
     * @return the reply
     */
    public static <A> Reply<A> succeeded(String commandId, A payload) {
        return new Reply<>(commandId, payload, null);
    }

    /**
     * A reply of a handler that failed.
     *
     * @param commandId the id of the command
     * @param error what the handler said
     * @param <A> the type that the answer would have had
     * @return the reply
     */
    public static <A> Reply<A> error(String commandId, ReplyError error) {
        return new Reply<>(commandId, null, error);
    }

    /**
     * The id of the command that this answers.
     *
     * @return the id
     */
    public String commandId() {
        return commandId;
    }

    /**
     * What the handler said.
     *
     * @return the status
     */
    public ReplyStatus status() {
        return error == null ? ReplyStatus.SUCCEEDED : ReplyStatus.ERROR;
    }

    /**
     * Whether the handler succeeded.
     *
     * @return whether there is a payload
     */
    public boolean succeeded() {
        return error == null;
    }

    /**
     * The answer.
     *
     * @return the payload
     * @throws HandlerException if the status is {@link ReplyStatus#ERROR}
     */
    public A payload() {
        if (payload == null) {
            throw new HandlerException(error == null ? new ReplyError(ReplyError.HANDLER_FAILED, "") : error);
        }
        return payload;
    }

    /**
     * What the handler said of its failure.
     *
     * @return the error, empty if the handler succeeded
     */
    public Optional<ReplyError> error() {
        return Optional.ofNullable(error);
    }

    @Override
    public String toString() {
        return "Reply[" + commandId + ", " + (error == null ? "SUCCEEDED" : error) + "]";
    }
}
