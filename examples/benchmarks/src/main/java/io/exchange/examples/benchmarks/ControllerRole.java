package io.exchange.examples.benchmarks;

import io.exchange.api.Channel;
import io.exchange.api.CloseReason;
import io.exchange.api.ExchangeObserver;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcServerTransport;
import io.exchange.grpc.GrpcTransport;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicLong;

/** A controller that listens by gRPC, and sends. */
final class ControllerRole implements Role {

    static final String NAME = "controller";

    private static final int NO_LIMIT = 1_000_000;

    private final AtomicLong channelsClosed = new AtomicLong();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final GrpcServerTransport transport = GrpcTransport.server(
            new GrpcServerOptions().setMaxChannels(NO_LIMIT).setEventLoops(1));
    private final ExchangeController controller = ExchangeController.create(vertx, options());
    private final ExchangeSender sender = new ExchangeSender(vertx, controller);

    private ControllerOptions options() {
        return new ControllerOptions()
                .setFreshStart(true)
                .setMaxHellosPerSecond(NO_LIMIT)
                .setMaxChannels(NO_LIMIT)
                .setObserver(new ExchangeObserver() {
                    @Override
                    public void channelClosed(Channel channel, CloseReason reason) {
                        channelsClosed.incrementAndGet();
                    }
                });
    }

    @Override
    public JsonObject answer(String what, JsonObject with) throws Exception {
        return switch (what) {
            case "listen" -> listen();
            case "run" -> sender.run(with).toJson();
            case "tell losses" -> new JsonObject().put("channels", channelsClosed.get());
            default -> throw Role.unknown(what);
        };
    }

    private JsonObject listen() throws Exception {
        Role.await(controller.listen(transport));
        return new JsonObject().put("port", transport.actualPort());
    }
}
