package io.exchange.api;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What a handler knows of the command that it runs, besides the request. May be used from any thread. */
public interface CommandContext {

    /**
     * The id of the command, the same for every repeat of it.
     *
     * @return the id
     */
    String commandId();

    /**
     * The time until nobody waits for the answer any more.
     *
     * @return the time left, not negative; empty if the command has no deadline
     */
    Optional<Duration> timeLeft();

    /**
     * The headers of the command.
     *
     * @return the headers
     */
    Map<String, String> headers();

    /**
     * The channel that brought the command, to send back on while it runs.
     *
     * @return the channel
     */
    Channel channel();

    /**
     * Whether nobody waits any more: the caller cancelled, the deadline passed, or the session ended.
     *
     * @return whether the command is cancelled
     */
    boolean isCancelled();

    /**
     * Registers what to do when the command is cancelled. Called once, on the channel's event loop; at once if it is
     * cancelled already; never after the answer.
     *
     * @param action the action
     */
    void onCancel(Runnable action);

    /**
     * What a handler fails with to say that it did nothing: the caller hears that the command was not executed, and that
     * sending it again is safe. Any other {@link ExchangeException} that a handler fails with, one of a command that it sent
     * itself for example, tells the caller that the command may have run.
     *
     * @param code why
     * @param message what the caller should know
     * @return what to fail with, for this command only; as it is or {@link ExchangeException#withRetryAfter with a hint}
     */
    ExchangeException refusal(ErrorCode code, String message);
}
