package io.exchange.channel;

import io.exchange.api.ExchangeException;
import io.exchange.api.Limits;
import io.exchange.api.ReplyError;
import io.exchange.protocol.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Cuts what is said of a failure to {@link Limits#MAX_TEXT_LENGTH}, before it is sent and remembered. */
final class OutcomeBounds {

    private static final String MORE = "…";

    private OutcomeBounds() {}

    static Outcome cut(Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed && length(failed.error()) > Limits.MAX_TEXT_LENGTH) {
            return new Outcome.Failed(cut(failed.error()));
        }
        if (outcome instanceof Outcome.Refused refused && refused.cause().text().length() > Limits.MAX_TEXT_LENGTH) {
            return new Outcome.Refused(cut(refused.cause()));
        }
        return outcome;
    }

    private static ExchangeException cut(ExchangeException cause) {
        ExchangeException shorter =
                ExchangeException.of(cause.code(), cause.execution(), cut(cause.text(), Limits.MAX_TEXT_LENGTH));
        return cause.retryAfter().map(shorter::withRetryAfter).orElse(shorter);
    }

    /** The code and the message are kept before the details, and of those the first in the order of their names. */
    private static ReplyError cut(ReplyError error) {
        String code = cut(error.code(), Limits.MAX_NAME_LENGTH);
        String message = cut(error.message(), Limits.MAX_TEXT_LENGTH);
        int room = Limits.MAX_TEXT_LENGTH - code.length() - message.length();
        Map<String, String> details = new LinkedHashMap<>();
        for (Map.Entry<String, String> detail : new TreeMap<>(error.details()).entrySet()) {
            room -= detail.getKey().length() + detail.getValue().length();
            if (room < 0) {
                break;
            }
            details.put(detail.getKey(), detail.getValue());
        }
        return new ReplyError(code, message, details);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - MORE.length()) + MORE;
    }

    static int length(ReplyError error) {
        int length = error.code().length() + error.message().length();
        for (Map.Entry<String, String> detail : error.details().entrySet()) {
            length += detail.getKey().length() + detail.getValue().length();
        }
        return length;
    }
}
