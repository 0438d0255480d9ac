package io.exchange.embedded;

import io.exchange.transport.ClientTransport;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Vertx;

/** Both sides in one JVM, over the transport that stays inside it. */
public class EmbeddedWiring implements Wiring {

    @Override
    public ServerTransport server() {
        return EmbeddedTransport.create();
    }

    @Override
    public ClientTransport client(Vertx vertx, ServerTransport server) {
        return ((EmbeddedTransport) server).client();
    }

    @Override
    public String endpoint(ServerTransport server) {
        return "embedded";
    }
}
