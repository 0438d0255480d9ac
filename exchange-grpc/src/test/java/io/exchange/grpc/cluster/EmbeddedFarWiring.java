package io.exchange.grpc.cluster;

import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.EmbeddedWiring;
import io.vertx.core.Vertx;

/** Two nodes linked by gRPC, and connectors inside the JVM of the far one. */
final class EmbeddedFarWiring extends EmbeddedWiring {

    private final ClusterWiring nodes = new ClusterWiring();

    @Override
    public ExchangeController controller(Vertx vertx, ControllerOptions options) {
        return nodes.controller(vertx, options);
    }

    @Override
    public boolean outlivesTheTest() {
        return nodes.outlivesTheTest();
    }
}
