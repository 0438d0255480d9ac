package io.exchange.grpc.cluster;

import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.EmbeddedTransport;
import io.exchange.embedded.Wiring;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Vertx;

/** Two nodes linked by gRPC, and connectors inside the JVM of the far one. */
final class EmbeddedFarWiring implements Wiring {

    private final ClusterWiring nodes = new ClusterWiring();

    @Override
    public ExchangeController controller(Vertx vertx, ControllerOptions options) {
        return nodes.controller(vertx, options);
    }

    @Override
    public boolean outlivesTheTest() {
        return nodes.outlivesTheTest();
    }

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
