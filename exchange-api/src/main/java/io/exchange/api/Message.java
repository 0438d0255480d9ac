package io.exchange.api;

import java.util.Map;
import java.util.Objects;

/**
 * One-way: no answer, no outcome, sent once or not at all.
 *
 * @param type the type
 * @param payload the payload
 * @param headers headers for the receiver
 * @param <M> the type of the payload
 */
public record Message<M>(MessageType<M> type, M payload, Map<String, String> headers) {

    /** Checks and copies. */
    public Message {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(payload, "payload");
        headers = Map.copyOf(headers);
    }

    /**
     * The same message with these headers.
     *
     * @param newHeaders the headers
     * @return the copy
     */
    public Message<M> withHeaders(Map<String, String> newHeaders) {
        return new Message<>(type, payload, newHeaders);
    }
}
