package io.exchange.api;

/** What a handler said of a command that it ran. */
public enum ReplyStatus {
    /** It did what was asked; the payload is the answer. */
    SUCCEEDED,
    /** It ran and says that it failed; {@link ReplyError} tells why. */
    ERROR
}
