package io.exchange.grpc;

import io.exchange.embedded.Wiring;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Vertx;

/** gRPC on loopback, without TLS. */
public class GrpcWiring implements Wiring {

    @Override
    public ServerTransport server() {
        return GrpcTransport.server(new GrpcServerOptions());
    }

    @Override
    public ClientTransport client(Vertx vertx, ServerTransport server) {
        return GrpcTransport.client(vertx, new GrpcClientOptions());
    }

    @Override
    public String endpoint(ServerTransport server) {
        return "http://127.0.0.1:" + ((GrpcServerTransport) server).actualPort();
    }
}
