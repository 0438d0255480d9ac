package io.exchange.examples.benchmarks;

import io.exchange.connector.ConnectorOptions;
import io.exchange.controller.ControllerOptions;
import io.exchange.embedded.EmbeddedExchange;
import io.exchange.protocol.ChannelLimits;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A controller and connectors in one process. */
final class EmbeddedRole implements Role {

    static final String NAME = "embedded";

    /** From so many channels in one process, heartbeats and health checks come so rarely that only commands are measured. */
    static final int MANY_CHANNELS = 10_000;

    private static final int NO_LIMIT = 1_000_000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private @Nullable ExchangeSender sender;

    @Override
    public JsonObject answer(String what, JsonObject with) throws Exception {
        return switch (what) {
            case "attach" -> attach(with.getInteger("n"));
            case "run" -> {
                if (sender == null) {
                    throw new IllegalStateException("nothing is attached yet");
                }
                yield sender.run(with).toJson();
            }
            default -> throw Role.unknown(what);
        };
    }

    private JsonObject attach(int n) throws Exception {
        long began = System.nanoTime();
        EmbeddedExchange exchange = EmbeddedExchange.create(vertx, options(n));
        for (int i = 0; i < n; i++) {
            exchange.connector(
                    new ConnectorOptions()
                            .setTargetId(Commands.target(i))
                            .setConnectTimeout(Duration.ofMinutes(2))
                            .setHandshakeTimeout(Duration.ofMinutes(2)),
                    EchoHandlers::register);
        }
        Role.await(exchange.start());
        sender = new ExchangeSender(vertx, exchange.controller());
        return new JsonObject().put("seconds", (System.nanoTime() - began) / 1e9);
    }

    private static ControllerOptions options(int n) {
        ControllerOptions options = new ControllerOptions()
                .setFreshStart(true)
                .setMaxHellosPerSecond(NO_LIMIT)
                .setMaxChannels(NO_LIMIT);
        if (n >= MANY_CHANNELS) {
            ChannelLimits usual = ChannelLimits.DEFAULT;
            options.setHealthInterval(Duration.ZERO)
                    .setHandshakeTimeout(Duration.ofMinutes(2))
                    .setChannelLimits(new ChannelLimits(
                            Duration.ofMinutes(5),
                            usual.missedHeartbeats(),
                            Duration.ofMinutes(15),
                            usual.sessionGrace(),
                            usual.maxInFlight(),
                            usual.maxQueued(),
                            usual.maxPayloadBytes()));
        }
        return options;
    }
}
