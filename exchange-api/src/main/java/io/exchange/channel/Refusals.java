package io.exchange.channel;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Limits;
import java.time.Duration;

/** What is said at several places of what does not go, in the same words. */
final class Refusals {

    private static final Duration RETRY_HINT = Duration.ofMillis(100);

    private Refusals() {}

    static ExchangeException tooLongHeaders() {
        return ErrorCode.INVALID.notExecuted("the headers have more than " + Limits.MAX_HEADERS_LENGTH + " characters");
    }

    /** There is no room now, and soon may be. */
    static ExchangeException exhausted(String message) {
        return soonAgain(ErrorCode.EXHAUSTED.notExecuted(message));
    }

    static ExchangeException soonAgain(ExchangeException refusal) {
        return refusal.withRetryAfter(RETRY_HINT);
    }

    /** The deadline of a command has passed at its sender. */
    static ExchangeException late(PendingCommand command) {
        return command.wasSent()
                ? ErrorCode.TIMEOUT.unknown("no reply before the deadline")
                : ErrorCode.TIMEOUT.notExecuted("the deadline passed before it was sent");
    }
}
