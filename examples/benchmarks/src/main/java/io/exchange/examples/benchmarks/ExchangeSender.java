package io.exchange.examples.benchmarks;

import io.exchange.api.Command;
import io.exchange.api.StreamCall;
import io.exchange.controller.ExchangeController;
import io.exchange.examples.benchmarks.Commands.ItemSize;
import io.exchange.examples.benchmarks.Commands.Text;
import io.exchange.examples.benchmarks.Commands.Written;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Runs slices on a controller whose Vert.x has one event loop, which is then that of every channel. Used on the main thread
 * of a child, which is no event loop.
 */
final class ExchangeSender {

    private final Vertx vertx;
    private final Context loop;
    private final ExchangeController controller;

    ExchangeSender(Vertx vertx, ExchangeController controller) {
        this.vertx = vertx;
        this.loop = vertx.getOrCreateContext();
        this.controller = controller;
    }

    Slice run(JsonObject request) throws Exception {
        Load load = Load.of(request);
        long millis = request.getLong("millis");
        return switch (load.kind()) {
            case BYTES -> Role.await(LoopPump.run(loop, echo(load), load.inFlight(), millis));
            case BYTES_FROM_THREAD -> ThreadPump.run(echo(load), load.inFlight(), millis);
            case BYTES_HERE -> Role.await(LoopPump.run(loop, echoHere(load), load.inFlight(), millis));
            case EVENT_BUS -> Role.await(LoopPump.run(loop, bus(load), load.inFlight(), millis));
            case JSON -> Role.await(LoopPump.run(loop, echoJson(load), load.inFlight(), millis));
            case BESIDE_BULK -> besideBulk(load, millis);
            case ITEMS -> items(load, millis);
        };
    }

    private Pump.Sender echo(Load load) {
        Buffer payload = Commands.bytes(load.payloadBytes());
        return sender(load, () -> Commands.ECHO.command(payload));
    }

    private Pump.Sender echoHere(Load load) {
        Buffer payload = Commands.bytes(load.payloadBytes());
        String target = Commands.target(Commands.HERE);
        return (pump, number, sentAt) -> controller
                .send(target, Commands.ECHO.command(payload))
                .onComplete(reply -> pump.ended(sentAt, reply.succeeded()));
    }

    private Pump.Sender bus(Load load) {
        Buffer payload = Commands.bytes(load.payloadBytes());
        return (pump, number, sentAt) -> vertx.eventBus()
                .<Buffer>request(Commands.BUS_ADDRESS, payload)
                .onComplete(reply -> pump.ended(sentAt, reply.succeeded()));
    }

    private Pump.Sender echoJson(Load load) {
        Text payload = Text.of(load.payloadBytes());
        return sender(load, () -> Commands.ECHO_JSON.command(payload));
    }

    private <Q, A> Pump.Sender sender(Load load, Supplier<Command<Q, A>> command) {
        String[] targets =
                LongStream.range(0, load.spread()).mapToObj(Commands::target).toArray(String[]::new);
        return (pump, number, sentAt) -> controller
                .send(targets[(int) (number % targets.length)], command.get())
                .onComplete(reply -> pump.ended(sentAt, reply.succeeded()));
    }

    private Slice besideBulk(Load load, long millis) throws Exception {
        BulkPump bulk = BulkPump.start(loop, controller);
        Slice small = Role.await(LoopPump.run(loop, echo(load), load.inFlight(), millis));
        BulkPump.Through through = Role.await(bulk.stop());
        return small.plus(through.bytes(), through.failed());
    }

    private Slice items(Load load, long millis) throws Exception {
        Promise<Slice> slice = Promise.promise();
        loop.runOnContext(start -> items(load, millis, slice));
        return Role.await(slice.future());
    }

    private void items(Load load, long millis, Promise<Slice> slice) {
        Tally tally = new Tally();
        StreamCall<Void, Buffer, Written> call = controller.open(
                Commands.target(0),
                Commands.ITEMS,
                Commands.ITEMS.command(new ItemSize(load.payloadBytes())).withoutTimeout());
        call.down().exceptionHandler(ended -> {}).handler(item -> {
            tally.command(0, true);
            tally.bytes(item.length());
        });
        vertx.setTimer(millis, over -> {
            Slice finished = tally.finish();
            call.cancel();
            call.reply().transform(reply -> Future.succeededFuture(finished)).onComplete(slice);
        });
    }
}
