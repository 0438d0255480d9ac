package io.exchange.grpc;

import io.exchange.embedded.BadInputContract;
import io.exchange.embedded.BatchContract;
import io.exchange.embedded.CommandContract;
import io.exchange.embedded.RoleContract;
import io.exchange.embedded.RouteContract;
import io.exchange.embedded.SessionContract;
import io.exchange.embedded.StreamContract;
import org.junit.jupiter.api.Nested;

class GrpcExchangeContractTest {

    @Nested
    class Commands extends CommandContract {
        Commands() {
            super(new GrpcWiring());
        }
    }

    @Nested
    class Routes extends RouteContract {
        Routes() {
            super(new GrpcWiring());
        }
    }

    @Nested
    class Sessions extends SessionContract {
        Sessions() {
            super(new GrpcWiring());
        }
    }

    @Nested
    class Roles extends RoleContract {
        Roles() {
            super(new GrpcWiring());
        }
    }

    @Nested
    class BadInput extends BadInputContract {
        BadInput() {
            super(new GrpcWiring());
        }
    }

    @Nested
    class Streams extends StreamContract {
        Streams() {
            super(new GrpcWiring());
        }
    }

    @Nested
    class OfBatches extends BatchContract {
        OfBatches() {
            super(new GrpcWiring());
        }
    }
}
