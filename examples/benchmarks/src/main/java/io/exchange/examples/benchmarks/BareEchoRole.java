package io.exchange.examples.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** The baseline of connectors: gRPC streams, each on a connection of its own, that send back what comes. */
final class BareEchoRole implements Role {

    static final String NAME = "bare-echo";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final List<GrpcClientRequest<Buffer, Buffer>> requests = new CopyOnWriteArrayList<>();
    private final List<HttpClient> clients = new ArrayList<>();
    private volatile boolean writing;

    @Override
    public JsonObject answer(String what, JsonObject with) throws Exception {
        return switch (what) {
            case "attach" ->
                attach(with.getInteger("n"), with.getJsonArray("ports").getInteger(0), with.getBoolean("batched"));
            case "detach" -> detach();
            case "write items" -> writeItems(with.getInteger("payload_bytes"));
            case "stop writing" -> {
                writing = false;
                yield new JsonObject();
            }
            default -> throw Role.unknown(what);
        };
    }

    /** Opens so many streams at once; answers when the first message of each has come back. */
    private JsonObject attach(int n, int port, boolean batched) throws Exception {
        long began = System.nanoTime();
        HttpClient http = vertx.httpClientBuilder()
                .with(BareMethod.clientOptions())
                .with(new PoolOptions().setHttp2MaxSize(n))
                .build();
        clients.add(http);
        GrpcClient grpc = GrpcClient.client(vertx, http); // takes messages up to 256 KiB, which is enough for an echo
        List<Future<Void>> opened = new ArrayList<>();
        Context context = vertx.getOrCreateContext();
        for (int i = 0; i < n; i++) {
            Promise<Void> promise = Promise.promise();
            opened.add(promise.future());
            context.runOnContext(
                    start -> open(grpc, SocketAddress.inetSocketAddress(port, "127.0.0.1"), batched, promise));
        }
        Role.await(Future.all(opened));
        return new JsonObject().put("seconds", (System.nanoTime() - began) / 1e9);
    }

    private void open(GrpcClient grpc, SocketAddress server, boolean batched, Promise<Void> opened) {
        grpc.request(server, BareMethod.CLIENT)
                .onSuccess(request -> {
                    requests.add(request);
                    start(request, new BareStream(request, batched), opened);
                })
                .onFailure(opened::tryFail);
    }

    private void start(GrpcClientRequest<Buffer, Buffer> request, BareStream stream, Promise<Void> opened) {
        stream.receiver(hello -> {
            stream.receiver(stream::send);
            opened.tryComplete();
        });
        request.response()
                .onSuccess(
                        response -> response.exceptionHandler(opened::tryFail).handler(stream::received))
                .onFailure(opened::tryFail);
        stream.send(Commands.bytes(1));
    }

    private JsonObject detach() throws Exception {
        List<Future<Void>> ended = new ArrayList<>();
        requests.forEach(request -> ended.add(request.end()));
        Role.await(Future.join(ended));
        requests.clear();
        for (HttpClient client : clients) {
            Role.await(client.close());
        }
        clients.clear();
        return new JsonObject();
    }

    /** Writes items up the one stream until it is told to stop. */
    private JsonObject writeItems(int bytes) {
        GrpcClientRequest<Buffer, Buffer> request = Objects.requireNonNull(requests.get(0));
        Buffer item = Commands.bytes(bytes);
        writing = true;
        request.drainHandler(drained -> write(request, item));
        vertx.runOnContext(start -> write(request, item));
        return new JsonObject();
    }

    private void write(GrpcClientRequest<Buffer, Buffer> request, Buffer item) {
        while (writing && !request.writeQueueFull()) {
            request.write(item);
        }
    }
}
