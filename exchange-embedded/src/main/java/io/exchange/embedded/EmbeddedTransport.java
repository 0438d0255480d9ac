package io.exchange.embedded;

import io.exchange.transport.ClientTransport;
import io.exchange.transport.Connection;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A transport inside one JVM: frames are handed over by reference and nothing is serialized. Both ends of a connection are
 * confined to the event loop for which it was opened, so there is no hop between threads either.
 *
 * <p>One instance joins one listening side with any number of connecting ones. The endpoint that a client names is not
 * looked at. May be used from any thread.
 */
public final class EmbeddedTransport implements ClientTransport, ServerTransport {

    private final AtomicReference<@Nullable Consumer<Connection>> acceptor = new AtomicReference<>();
    private final OpenConnections accepted = new OpenConnections();
    private final EmbeddedDialer dialer = new EmbeddedDialer(this);

    private EmbeddedTransport() {}

    /**
     * A transport of its own, on which nobody listens yet.
     *
     * @return the transport
     */
    public static EmbeddedTransport create() {
        return new EmbeddedTransport();
    }

    /**
     * A connecting side whose {@link ClientTransport#close()} closes only the connections opened through it, for several
     * connectors that share this transport.
     *
     * @return the client transport
     */
    public ClientTransport client() {
        return new EmbeddedDialer(this);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Fails with an {@link IllegalStateException} if somebody listens already.
     */
    @Override
    public Future<Void> listen(Vertx vertx, Consumer<Connection> newAcceptor) {
        if (acceptor.compareAndSet(null, newAcceptor)) {
            return Future.succeededFuture();
        }
        return Future.failedFuture(new IllegalStateException("somebody listens on this embedded transport already"));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Fails with a {@link java.net.ConnectException} if nobody listens. The acceptor has been called when it completes.
     */
    @Override
    public Future<Connection> connect(Context context, String endpoint, Map<String, String> metadata) {
        return dialer.connect(context, endpoint, metadata);
    }

    /** Hands the server's end over; false if nobody listens. Called on the event loop of the connection. */
    boolean accept(EmbeddedConnection serverEnd) {
        Consumer<Connection> taker = acceptor.get();
        if (taker == null) {
            return false;
        }
        accepted.add(serverEnd);
        taker.accept(serverEnd);
        return true;
    }

    /** {@inheritDoc} The same for all, as who dials has the transport already. */
    @Override
    public String endpoint() {
        return "embedded:";
    }

    @Override
    public boolean beyondLoopback() {
        return false;
    }

    /**
     * Stops listening and closes every connection, whichever side opened it. Somebody may listen again afterwards.
     *
     * @return completes when every listener has been told
     */
    @Override
    public Future<Void> close() {
        acceptor.set(null);
        return Future.join(accepted.closeAll("the transport is closed"), dialer.close())
                .mapEmpty();
    }

    @Override
    public boolean staysInside() {
        return true;
    }
}
