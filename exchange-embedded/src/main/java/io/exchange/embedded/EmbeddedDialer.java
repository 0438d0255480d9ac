package io.exchange.embedded;

import io.exchange.api.CloseReason;
import io.exchange.api.Credentials;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.Connection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The connecting side of an embedded transport. Closing it leaves the others of the same transport alone. */
final class EmbeddedDialer implements ClientTransport {

    private static final Credentials CONTROLLER = new Credentials(Map.of(), List.of(), null);

    private final EmbeddedTransport transport;
    private final OpenConnections open = new OpenConnections();

    EmbeddedDialer(EmbeddedTransport transport) {
        this.transport = transport;
    }

    @Override
    public Future<Connection> connect(Context context, String endpoint, Map<String, String> metadata) {
        Objects.requireNonNull(endpoint, "endpoint");
        if (!context.isEventLoopContext()) {
            throw new IllegalArgumentException("a connection needs an event-loop context");
        }
        Credentials connector = new Credentials(metadata, List.of(), null);
        Promise<Connection> promise = ((ContextInternal) context).promise();
        context.runOnContext(ignored -> connect(context, connector, promise));
        return promise.future();
    }

    private void connect(Context context, Credentials connector, Promise<Connection> promise) {
        EmbeddedConnection clientEnd = EmbeddedConnection.pair(context, CONTROLLER, connector);
        boolean accepted;
        try {
            accepted = transport.accept(clientEnd.peerEnd());
        } catch (RuntimeException e) {
            clientEnd.close(CloseReason.of(CloseReason.Code.INTERNAL, "the acceptor failed"));
            promise.fail(e);
            return;
        }
        if (accepted) {
            open.add(clientEnd);
            promise.complete(clientEnd);
        } else {
            promise.fail(new ConnectException("nobody listens on this embedded transport"));
        }
    }

    @Override
    public Future<Void> close() {
        return open.closeAll("the transport is closed");
    }

    @Override
    public boolean staysInside() {
        return true;
    }
}
