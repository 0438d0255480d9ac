package io.exchange.embedded;

import io.exchange.transport.ClientTransport;
import io.exchange.transport.ConnectionContract;
import io.exchange.transport.ServerTransport;

class EmbeddedConnectionTest extends ConnectionContract {

    @Override
    protected ServerTransport server() {
        return EmbeddedTransport.create();
    }

    @Override
    protected ClientTransport client(ServerTransport listening) {
        return ((EmbeddedTransport) listening).client();
    }

    @Override
    protected String endpoint(ServerTransport listening) {
        return "embedded";
    }
}
