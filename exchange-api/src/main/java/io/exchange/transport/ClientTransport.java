package io.exchange.transport;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Map;

/** Opens connections to controllers. May be used from any thread. */
public interface ClientTransport {

    /**
     * Opens a connection. Nothing is sent until the first frame is.
     *
     * @param context the event-loop context that the connection is to be confined to
     * @param endpoint where to, in the words of the transport: {@code https://host:port} for one
     * @param metadata sent along with the connection, credentials for one; keys in lower case
     * @return the connection, on that context; fails if there is none, with an {@link io.exchange.api.ExchangeException}
     *     {@code INVALID} if the endpoint makes no sense, and otherwise with whatever the network said
     */
    Future<Connection> connect(Context context, String endpoint, Map<String, String> metadata);

    /**
     * Whether its connections stay inside this JVM. Neither end of such a connection outlives the other, so a connector
     * steps down with its channel and the controller relies on it.
     *
     * @return whether both ends are in this JVM
     */
    default boolean staysInside() {
        return false;
    }

    /**
     * Closes what the transport holds, every open connection included.
     *
     * @return completes when nothing is left
     */
    Future<Void> close();
}
