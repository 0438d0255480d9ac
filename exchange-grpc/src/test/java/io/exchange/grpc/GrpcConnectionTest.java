package io.exchange.grpc;

import io.exchange.transport.ClientTransport;
import io.exchange.transport.ConnectionContract;
import io.exchange.transport.ServerTransport;

class GrpcConnectionTest extends ConnectionContract {

    @Override
    protected ServerTransport server() {
        return GrpcTransport.server(new GrpcServerOptions());
    }

    @Override
    protected ClientTransport client(ServerTransport listening) {
        return GrpcTransport.client(vertx, new GrpcClientOptions());
    }

    @Override
    protected String endpoint(ServerTransport listening) {
        return "http://127.0.0.1:" + ((GrpcServerTransport) listening).actualPort();
    }
}
