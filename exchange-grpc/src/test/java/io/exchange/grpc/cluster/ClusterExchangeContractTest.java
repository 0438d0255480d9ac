package io.exchange.grpc.cluster;

import io.exchange.embedded.BatchContract;
import io.exchange.embedded.CommandContract;
import io.exchange.embedded.RoleContract;
import io.exchange.embedded.RouteContract;
import io.exchange.embedded.SessionContract;
import io.exchange.embedded.StreamContract;
import org.junit.jupiter.api.Nested;

/** From a node to connectors of another one, all is as on the node itself. */
class ClusterExchangeContractTest {

    @Nested
    class Commands extends CommandContract {
        Commands() {
            super(new ClusterWiring());
        }
    }

    @Nested
    class Routes extends RouteContract {
        Routes() {
            super(new ClusterWiring());
        }
    }

    @Nested
    class Sessions extends SessionContract {
        Sessions() {
            super(new ClusterWiring());
        }
    }

    @Nested
    class Roles extends RoleContract {
        Roles() {
            super(new ClusterWiring());
        }
    }

    @Nested
    class Streams extends StreamContract {
        Streams() {
            super(new ClusterWiring());
        }
    }

    @Nested
    class StreamsOfEmbeddedConnectors extends StreamContract {
        StreamsOfEmbeddedConnectors() {
            super(new EmbeddedFarWiring());
        }
    }

    @Nested
    class OfBatches extends BatchContract {
        OfBatches() {
            super(new ClusterWiring());
        }
    }
}
