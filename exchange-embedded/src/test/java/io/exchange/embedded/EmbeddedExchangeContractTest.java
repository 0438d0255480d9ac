package io.exchange.embedded;

import org.junit.jupiter.api.Nested;

class EmbeddedExchangeContractTest {

    @Nested
    class Commands extends CommandContract {
        Commands() {
            super(new EmbeddedWiring());
        }
    }

    @Nested
    class Routes extends RouteContract {
        Routes() {
            super(new EmbeddedWiring());
        }
    }

    @Nested
    class Sessions extends SessionContract {
        Sessions() {
            super(new EmbeddedWiring());
        }
    }

    @Nested
    class Roles extends RoleContract {
        Roles() {
            super(new EmbeddedWiring());
        }
    }

    @Nested
    class BadInput extends BadInputContract {
        BadInput() {
            super(new EmbeddedWiring());
        }
    }

    @Nested
    class Streams extends StreamContract {
        Streams() {
            super(new EmbeddedWiring());
        }
    }

    @Nested
    class OfBatches extends BatchContract {
        OfBatches() {
            super(new EmbeddedWiring());
        }
    }
}
