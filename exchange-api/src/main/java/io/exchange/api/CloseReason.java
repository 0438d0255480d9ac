package io.exchange.api;

import java.util.Objects;
import java.util.Optional;

/**
 * Why a channel ended, and what the connector is to do about it.
 *
 * @param code the reason
 * @param message for people
 * @param endpoint where to attach next, if the controller names a place; used only if it is one of the connector's own
 *     list, to the letter
 */
public record CloseReason(Code code, String message, Optional<String> endpoint) {

    /** What a connector does next. */
    public enum Next {
        /** It attaches again, after its back-off. */
        RECONNECT,
        /** It stops for good: the same would be said again. */
        STOP
    }

    /** The reasons, with the number on the wire. */
    public enum Code {
        /** Closed on request of the application at one of the ends. */
        NORMAL(1, Next.STOP),
        /** The channel is moved to a node that has room, or its node is drained; the connector attaches at once. */
        DRAINING(2, Next.RECONNECT),
        /** The controller stops. */
        SHUTTING_DOWN(3, Next.RECONNECT),
        /** A newer session of the same connector id took over. */
        REPLACED(4, Next.STOP),
        /** A newer attach of the same session took over, or a newer session of the same connector id has not ended yet. */
        SUPERSEDED(5, Next.RECONNECT),
        /** The connection was lost without a word. */
        CONNECTION_LOST(6, Next.RECONNECT),
        /** Nothing came for as many intervals as the controller allows. */
        HEARTBEAT_TIMEOUT(7, Next.RECONNECT),
        /** Hello or its reply did not come in time. */
        HANDSHAKE_TIMEOUT(8, Next.RECONNECT),
        /** The other end broke the protocol. */
        PROTOCOL_ERROR(9, Next.RECONNECT),
        /** The hello is malformed: an id, a version, a term. */
        INVALID(10, Next.STOP),
        /** The credentials are missing or wrong. */
        UNAUTHENTICATED(11, Next.STOP),
        /** The identity may not speak for this target, or not take this role. */
        FORBIDDEN(12, Next.STOP),
        /** The controller has as many channels, or as many hellos a second, as it takes. */
        EXHAUSTED(13, Next.RECONNECT),
        /** The connector did not answer its health checks. */
        UNHEALTHY(14, Next.RECONNECT),
        /** A fault of the exchange itself. */
        INTERNAL(15, Next.RECONNECT),
        /**
         * The credentials are right but do not hold at this time: a token that has expired, or that does not hold yet. A
         * connector comes back with what its metadata supplier gives it then.
         */
        CREDENTIALS_EXPIRED(16, Next.RECONNECT);

        private final int number;
        private final Next next;

        Code(int number, Next next) {
            this.number = number;
            this.next = next;
        }

        /**
         * The number on the wire, stable for ever.
         *
         * @return the number, from 1
         */
        public int number() {
            return number;
        }

        /**
         * The code of a number on the wire.
         *
         * @param number the number
         * @return the code, {@link #INTERNAL} for one that this version does not know
         */
        public static Code of(int number) {
            for (Code code : values()) {
                if (code.number == number) {
                    return code;
                }
            }
            return INTERNAL;
        }
    }

    /** Checks. */
    public CloseReason {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(endpoint, "endpoint");
    }

    /**
     * A reason that names no endpoint.
     *
     * @param code the reason
     * @param message for people
     * @return the reason
     */
    public static CloseReason of(Code code, String message) {
        return new CloseReason(code, message, Optional.empty());
    }

    /**
     * What the connector does next.
     *
     * @return reconnect or stop
     */
    public Next next() {
        return code.next;
    }

    @Override
    public String toString() {
        return code + (message.isEmpty() ? "" : " (" + message + ")");
    }
}
