package io.exchange.controller.batch;

import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.controller.BatchState;
import io.exchange.controller.RetryPolicy;
import io.exchange.protocol.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What follows from the outcome of one try: the end of the command, or when and as what it is tried again. Pure. */
final class Ending {

    /** What another try would only be told again. */
    private static final Set<ErrorCode> FINAL = Set.of(
            ErrorCode.INVALID,
            ErrorCode.TOO_LARGE,
            ErrorCode.UNKNOWN_COMMAND,
            ErrorCode.FORBIDDEN,
            ErrorCode.UNAUTHENTICATED,
            ErrorCode.CANCELLED);

    private final RetryPolicy retries;
    private final boolean isGivenUp;

    /**
     * @param isGivenUp whether nothing of the batch is tried any more
     */
    Ending(RetryPolicy retries, boolean isGivenUp) {
        this.retries = retries;
        this.isGivenUp = isGivenUp;
    }

    BatchItem after(BatchItem item, BatchEvent.Answered answer) {
        Outcome outcome = answer.outcome();
        if (outcome instanceof Outcome.Succeeded) {
            return item.ended(BatchState.SUCCEEDED, Optional.empty(), item.tries() + 1);
        }
        boolean mayTry = !isGivenUp && item.tries() + 1 < retries.maxTries();
        if (mayTry && isDefinite(outcome)) {
            return item.retriedAt(nextTry(item, answer), outcome);
        }
        if (mayTry && mayBeKnownYet(outcome, item.delivery())) {
            return item.delivery() == Delivery.AT_LEAST_ONCE
                    ? item.retriedAt(nextTry(item, answer), outcome)
                    : item.repeatedAt(nextTry(item, answer), outcome);
        }
        return item.ended(end(outcome), Optional.of(outcome), item.tries() + 1);
    }

    private static boolean isDefinite(Outcome outcome) {
        return outcome instanceof Outcome.Failed
                || (outcome instanceof Outcome.Refused refused
                        && refused.cause().execution() == Execution.NOT_EXECUTED
                        && !FINAL.contains(refused.cause().code()));
    }

    /** The session that may have run it can be asked, unless it is gone or has forgotten; or another execution does no harm. */
    private static boolean mayBeKnownYet(Outcome outcome, Delivery delivery) {
        if (!(outcome instanceof Outcome.Refused refused) || refused.cause().execution() != Execution.UNKNOWN) {
            return false;
        }
        return switch (delivery) {
            case AT_MOST_ONCE -> false;
            case RESUME -> refused.cause().code() != ErrorCode.CHANNEL_CLOSED && isNoCancel(refused.cause());
            case AT_LEAST_ONCE -> isNoCancel(refused.cause());
        };
    }

    private static boolean isNoCancel(ExchangeException cause) {
        return cause.code() != ErrorCode.CANCELLED;
    }

    private BatchState end(Outcome outcome) {
        boolean cancelled = outcome instanceof Outcome.Refused refused
                && refused.cause().code() == ErrorCode.CANCELLED
                && isGivenUp;
        return cancelled ? BatchState.CANCELLED : BatchState.ERROR;
    }

    private long nextTry(BatchItem item, BatchEvent.Answered answer) {
        Duration wait = retries.delay(item.tries() + 1, answer.chance());
        Duration hint = answer.outcome() instanceof Outcome.Refused refused
                ? refused.cause().retryAfter().orElse(Duration.ZERO)
                : Duration.ZERO;
        return answer.now() + (wait.compareTo(hint) < 0 ? hint : wait).toMillis();
    }
}
