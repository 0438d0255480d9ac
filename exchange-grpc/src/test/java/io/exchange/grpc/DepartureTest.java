package io.exchange.grpc;

import io.exchange.api.Channel;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Connectors come and go all day: a controller must not keep those that have gone. */
class DepartureTest extends ExchangeContract {

    DepartureTest() {
        super(new GrpcWiring());
    }

    @Test
    void a_connector_that_left_for_good_is_not_kept_for_its_grace() {
        ExchangeController controller =
                controller(options -> options.setChannelLimits(withGrace(Duration.ofMinutes(5))));
        ExchangeConnector connector = attachEcho("eu", "a");
        WeakReference<Channel> channel =
                new WeakReference<>(controller.channels("eu").get(0));

        await(connector.stop());

        eventually("its channel is garbage", () -> {
            System.gc();
            return channel.refersTo(null);
        });
    }
}
