package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonObject;

/**
 * What a sender is to do during a slice.
 *
 * @param kind how it is done
 * @param n how many targets there are
 * @param spread over how many of them the commands go in turn
 * @param inFlight how many commands are on their way at a time
 * @param payloadBytes the length of a payload
 */
record Load(Kind kind, int n, int spread, int inFlight, int payloadBytes) {

    /** How a sender sends. */
    enum Kind {
        /** Raw bytes, from the event loop of the channel. */
        BYTES,
        /** Raw bytes, from a thread that is no event loop. */
        BYTES_FROM_THREAD,
        /** Raw bytes to the one target of which the sending node has the channel itself. */
        BYTES_HERE,
        /** Raw bytes to another node, by the event bus alone. */
        EVENT_BUS,
        /** JSON, from the event loop of the channel. */
        JSON,
        /** Raw bytes, beside large payloads that go to and fro on the same channel. */
        BESIDE_BULK,
        /** Items down one call. */
        ITEMS
    }

    Load withKind(Kind other) {
        return new Load(other, n, spread, inFlight, payloadBytes);
    }

    Load withSpread(int targets) {
        return new Load(kind, n, targets, inFlight, payloadBytes);
    }

    JsonObject toJson(long millis) {
        return new JsonObject()
                .put("kind", kind.name())
                .put("n", n)
                .put("spread", spread)
                .put("in_flight", inFlight)
                .put("payload_bytes", payloadBytes)
                .put("millis", millis);
    }

    static Load of(JsonObject json) {
        return new Load(
                Kind.valueOf(json.getString("kind")),
                json.getInteger("n"),
                json.getInteger("spread"),
                json.getInteger("in_flight"),
                json.getInteger("payload_bytes"));
    }
}
