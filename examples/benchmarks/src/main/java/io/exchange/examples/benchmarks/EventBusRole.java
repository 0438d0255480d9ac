package io.exchange.examples.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;

/** The baseline of the embedded exchange: request and reply on Vert.x's own event bus inside one process. */
final class EventBusRole implements Role {

    static final String NAME = "event-bus";

    private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();

    @Override
    public JsonObject answer(String what, JsonObject with) throws Exception {
        return switch (what) {
            case "attach" -> attach(with.getInteger("n"));
            case "run" -> run(Load.of(with), with.getLong("millis")).toJson();
            default -> throw Role.unknown(what);
        };
    }

    private JsonObject attach(int n) throws Exception {
        for (int i = 0; i < n; i++) {
            Role.await(vertx.eventBus()
                    .<Buffer>localConsumer(Commands.target(i), message -> message.reply(message.body()))
                    .completion());
        }
        return new JsonObject();
    }

    private Slice run(Load load, long millis) throws Exception {
        Buffer payload = Commands.bytes(load.payloadBytes());
        Pump.Sender sender = (pump, number, sentAt) -> vertx.eventBus()
                .<Buffer>request(Commands.target(number % load.spread()), payload, LOCAL)
                .onComplete(reply -> pump.ended(sentAt, reply.succeeded()));
        return load.kind() == Load.Kind.BYTES_FROM_THREAD
                ? ThreadPump.run(sender, load.inFlight(), millis)
                : Role.await(LoopPump.run(loop, sender, load.inFlight(), millis));
    }
}
