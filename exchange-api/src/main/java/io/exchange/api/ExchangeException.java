package io.exchange.api;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which the exchange says that a command got no reply: why, and whether it may have run.
 *
 * <p>It carries no stack trace, as it mostly travels from another process; its cause, where there is one, does.
 */
public final class ExchangeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final Execution execution;
    private final @Nullable Duration retryAfter;
    private final transient @Nullable ExchangeException original;

    ExchangeException(ErrorCode code, Execution execution, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.code = code;
        this.execution = execution;
        this.retryAfter = null;
        this.original = null;
    }

    private ExchangeException(ExchangeException original, Duration retryAfter) {
        super(original.text(), original.getCause(), false, false);
        this.code = original.code;
        this.execution = original.execution;
        this.retryAfter = retryAfter;
        this.original = original.original == null ? original : original.original;
    }

    /**
     * An exception as it came from the other side.
     *
     * @param code why
     * @param execution whether the command may have run
     * @param message what happened
     * @return the exception
     */
    public static ExchangeException of(ErrorCode code, Execution execution, String message) {
        return new ExchangeException(code, execution, message, null);
    }

    /**
     * Why.
     *
     * @return the code
     */
    public ErrorCode code() {
        return code;
    }

    /**
     * Whether the command may have run.
     *
     * @return not executed, or unknown
     */
    public Execution execution() {
        return execution;
    }

    /**
     * How long to wait before sending again, where the limit that was hit can tell.
     *
     * @return the hint, if there is one
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /**
     * The same exception with a retry hint.
     *
     * @param hint how long to wait before sending again
     * @return the copy
     */
    public ExchangeException withRetryAfter(Duration hint) {
        return new ExchangeException(this, hint);
    }

    /**
     * Whether this is that very exception, with another hint or without.
     *
     * @param other the exception
     * @return whether one was made from the other by {@link #withRetryAfter}, or both are one
     */
    public boolean isCopyOf(ExchangeException other) {
        return (original == null ? this : original) == (other.original == null ? other : other.original);
    }

    /**
     * The message alone, never null.
     *
     * @return what happened
     */
    public String text() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }

    @Override
    public String getMessage() {
        return code + " (" + (execution == Execution.UNKNOWN ? "may have run" : "not executed") + "): " + text();
    }
}
