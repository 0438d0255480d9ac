package io.exchange.api;

import java.util.Map;
import java.util.Objects;

/**
 * What a handler says of its own failure. What is longer than {@link Limits#MAX_TEXT_LENGTH} in all is cut when it is sent:
 * the message, and then the details in the order of their names.
 *
 * @param code a short name that callers may branch on, in the words of the application
 * @param message for people
 * @param details whatever else the application wants to say
 */
public record ReplyError(String code, String message, Map<String, String> details) {

    /** The code of a reply whose handler failed with an exception that is no {@link HandlerException}; its text is the message. */
    public static final String HANDLER_FAILED = "handler_failed";

    /** Checks and copies. */
    public ReplyError {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        details = Map.copyOf(details);
    }

    /**
     * An error without details.
     *
     * @param code a short name
     * @param message for people
     */
    public ReplyError(String code, String message) {
        this(code, message, Map.of());
    }
}
