package io.exchange.transport;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Accepts connections from connectors. May be used from any thread. */
public interface ServerTransport {

    /**
     * Starts to accept.
     *
     * @param vertx where to run
     * @param acceptor takes each new connection, called on the event loop of the connection, which it must
     *     {@link Connection#start start} in that call
     * @return completes when connections can come; fails if the address cannot be used
     */
    Future<Void> listen(Vertx vertx, Consumer<Connection> acceptor);

    /**
     * Whether connections can come from beyond this machine. A controller refuses to listen on such a transport without
     * an authenticator unless it was told that anyone may attach.
     *
     * @return whether it is reachable from other machines
     */
    boolean beyondLoopback();

    /**
     * How long a connection may be silent before the transport cuts it. A controller refuses to listen where its heartbeats
     * come no more often than that.
     *
     * @return the time; empty, the default, if it cuts none for that
     */
    default Optional<Duration> longestSilence() {
        return Optional.empty();
    }

    /**
     * Where it listens, in the words in which a {@link ClientTransport} dials: {@code https://host:port} for one.
     *
     * @return the endpoint
     * @throws IllegalStateException if it does not listen
     */
    String endpoint();

    /**
     * Stops accepting and closes what is left: every open connection ends. Controllers say good-bye on them before.
     *
     * @return completes when nothing is left
     */
    Future<Void> close();
}
