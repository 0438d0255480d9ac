package io.exchange.examples.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The baseline of a controller: a gRPC server that sends payloads down the streams that clients opened. */
final class BareSenderRole implements Role {

    static final String NAME = "bare-sender";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final List<BareCalls> streams = new CopyOnWriteArrayList<>();
    private boolean batched;

    @Override
    public JsonObject answer(String what, JsonObject with) throws Exception {
        return switch (what) {
            case "listen" -> listen(with.getBoolean("batched"));
            case "run" -> run(Load.of(with), with.getLong("millis")).toJson();
            default -> throw Role.unknown(what);
        };
    }

    private JsonObject listen(boolean inBatches) throws Exception {
        batched = inBatches;
        GrpcServer grpc =
                GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(BareMethod.MAX_MESSAGE_BYTES));
        grpc.callHandler(BareMethod.SERVER, this::opened);
        HttpServer http = vertx.createHttpServer(BareMethod.serverOptions()).requestHandler(grpc);
        return new JsonObject().put("port", Role.await(http.listen(0)).actualPort());
    }

    /** The first message of a stream only says that it is open, and is answered with the same. */
    private void opened(GrpcServerRequest<Buffer, Buffer> request) {
        BareStream stream = new BareStream(request.response(), batched);
        BareCalls calls = new BareCalls(stream);
        request.exceptionHandler(lost -> streams.remove(calls));
        request.endHandler(end -> {
            streams.remove(calls);
            request.response().end();
        });
        stream.receiver(hello -> {
            stream.receiver(calls::ended);
            streams.add(calls);
            stream.send(hello);
        });
        request.handler(stream::received);
    }

    private Slice run(Load load, long millis) throws Exception {
        Context loop = streams.get(0).context();
        if (load.kind() == Load.Kind.ITEMS) {
            return countItems(loop, millis);
        }
        Buffer payload = Commands.bytes(load.payloadBytes());
        BareCalls[] targets = streams.subList(0, load.spread()).toArray(new BareCalls[0]);
        Pump.Sender sender =
                (pump, number, sentAt) -> targets[(int) (number % targets.length)].send(pump, sentAt, payload);
        return Role.await(LoopPump.run(loop, sender, load.inFlight(), millis));
    }

    /** Counts what comes up the one stream while its other end writes without being asked. */
    private Slice countItems(Context loop, long millis) throws Exception {
        Promise<Slice> slice = Promise.promise();
        BareCalls stream = streams.get(0);
        loop.runOnContext(start -> {
            Tally tally = new Tally();
            stream.count(tally);
            vertx.setTimer(millis, over -> {
                stream.count(null);
                slice.complete(tally.finish());
            });
        });
        return Role.await(slice.future());
    }
}
