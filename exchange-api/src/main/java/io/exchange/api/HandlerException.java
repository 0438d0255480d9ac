package io.exchange.api;

/**
 * What a handler throws, or fails its future with, to answer {@link ReplyStatus#ERROR} in its own words; and what
 * {@link Reply#payload()} throws on the caller's side where there is such an error and no payload.
 */
public final class HandlerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ReplyError error;

    /**
     * An exception for an error.
     *
     * @param error the error
     */
    public HandlerException(ReplyError error) {
        super(error.code() + ": " + error.message(), null, false, false);
        this.error = error;
    }

    /**
     * An exception for an error without details.
     *
     * @param code a short name that callers may branch on
     * @param message for people
     */
    public HandlerException(String code, String message) {
        this(new ReplyError(code, message));
    }

    /**
     * The error.
     *
     * @return code, message and details
     */
    public ReplyError error() {
        return error;
    }
}
