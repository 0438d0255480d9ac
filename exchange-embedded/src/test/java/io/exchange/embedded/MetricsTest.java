package io.exchange.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CommandType;
import io.exchange.api.HandlerException;
import io.exchange.connector.ConnectorOptions;
import io.exchange.controller.ControllerOptions;
import io.exchange.metrics.MicrometerObserver;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The meters of both ends of an exchange that really runs. */
@Timeout(30)
class MetricsTest {

    record Halve(int number) {}

    record Half(int number) {}

    private static final CommandType<Halve, Half> HALVE = CommandType.of("halve.v1", Halve.class, Half.class);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EmbeddedExchange exchange = EmbeddedExchange.create(
                    vertx, new ControllerOptions().setObserver(observer("controller")))
            .connector(
                    new ConnectorOptions().setTargetId("maths").setObserver(observer("connector")),
                    connector -> connector.handle(HALVE, (halve, context) -> halve(halve)));

    private MicrometerObserver observer(String side) {
        return new MicrometerObserver(registry, Tags.of("side", side));
    }

    private static Future<Half> halve(Halve halve) {
        return halve.number() % 2 == 0
                ? Future.succeededFuture(new Half(halve.number() / 2))
                : Future.failedFuture(new HandlerException("odd", halve.number() + " is odd"));
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void both_ends_count_their_channels_and_what_went_over_them() throws Exception {
        exchange.start().await(10, TimeUnit.SECONDS);
        assertThat(channels("controller")).isEqualTo(1);
        assertThat(channels("connector")).isEqualTo(1);

        for (int number = 0; number < 5; number++) {
            exchange.controller()
                    .send("maths", HALVE.command(new Halve(number)))
                    .await(10, TimeUnit.SECONDS);
        }
        assertThat(count("exchange.commands", "side", "controller", "outcome", "succeeded"))
                .isEqualTo(3);
        assertThat(count("exchange.commands", "side", "controller", "outcome", "error"))
                .isEqualTo(2);
        assertThat(count("exchange.handlers", "side", "connector", "status", "succeeded"))
                .isEqualTo(3);

        exchange.stop().await(10, TimeUnit.SECONDS);
        assertThat(channels("controller")).isZero();
        assertThat(channels("connector")).isZero();
    }

    private double channels(String side) {
        return registry.get("exchange.channels").tag("side", side).gauge().value();
    }

    private long count(String name, String... tags) {
        return registry.get(name).tag("type", HALVE.name()).tags(tags).timer().count();
    }
}
