package io.exchange.embedded;

import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Vertx;

/** All that a transport adds to the contract of an exchange. */
public interface Wiring {

    /**
     * Makes a controller.
     *
     * @param vertx where it runs
     * @param options its options
     * @return the controller
     */
    default ExchangeController controller(Vertx vertx, ControllerOptions options) {
        return ExchangeController.create(vertx, options);
    }

    /**
     * Whether some of what controllers run on is shared by several tests.
     *
     * @return whether it is
     */
    default boolean outlivesTheTest() {
        return false;
    }

    /**
     * Makes the listening side.
     *
     * @return a server that does not listen yet
     */
    ServerTransport server();

    /**
     * Makes the connecting side.
     *
     * @param vertx where it runs
     * @param server the server of the controller
     * @return a client for it
     */
    ClientTransport client(Vertx vertx, ServerTransport server);

    /**
     * Tells where the server is, once it listens.
     *
     * @param server the server of the controller
     * @return what to hand to the client
     */
    String endpoint(ServerTransport server);
}
