package io.exchange.embedded;

import io.exchange.api.CloseReason;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The ends of connections that one side has open. May be used from any thread. */
final class OpenConnections {

    private final Set<EmbeddedConnection> open = ConcurrentHashMap.newKeySet();

    void add(EmbeddedConnection connection) {
        open.add(connection);
        connection.ended().onComplete(ended -> open.remove(connection));
    }

    /** Closes every one of them; completes when each has told its listener. */
    Future<Void> closeAll(String message) {
        CloseReason reason = CloseReason.of(CloseReason.Code.SHUTTING_DOWN, message);
        List<Future<Void>> ends = open.stream().map(EmbeddedConnection::ended).toList();
        open.forEach(connection -> connection.context().runOnContext(ignored -> connection.close(reason)));
        return Future.join(ends).mapEmpty();
    }
}
