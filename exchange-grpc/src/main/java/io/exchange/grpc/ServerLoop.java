package io.exchange.grpc;

import io.exchange.api.CloseReason;
import io.exchange.transport.Connection;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What listens on one event loop: takes calls in and makes connections of them. Confined to that event loop. */
final class ServerLoop implements Deployable {

    private static final int UNSUPPORTED_MEDIA_TYPE = 415;

    private final Vertx vertx;
    private final GrpcServerOptions options;
    private final int port;
    private final OpenCalls calls;
    private final Consumer<Connection> acceptor;
    private final Map<GrpcConnection, HttpStream> open = new HashMap<>();
    private final SideServices sideServices;

    private volatile @Nullable HttpServer server;
    private volatile @Nullable Context context;
    private boolean closing;

    ServerLoop(Vertx vertx, GrpcServerOptions options, int port, OpenCalls calls, Consumer<Connection> acceptor) {
        this.vertx = vertx;
        this.options = options;
        this.port = port;
        this.calls = calls;
        this.acceptor = acceptor;
        this.sideServices = new SideServices(vertx, options.getHealthCheck());
    }

    @Override
    public Future<?> deploy(Context own) {
        context = own;
        HttpServer http = vertx.createHttpServer(options.toHttp())
                .connectionHandler(this::connected)
                .requestHandler(request -> called(own, request));
        server = http;
        return http.listen(port, options.getHost());
    }

    /** May be asked from any thread. */
    int actualPort() {
        HttpServer http = server;
        return http == null ? 0 : http.actualPort();
    }

    /** May be called from any thread. */
    Future<Void> reload(ServerSSLOptions ssl) {
        HttpServer http = server;
        return http == null
                ? Future.failedFuture(new IllegalStateException("the transport does not listen yet"))
                : http.updateSSLOptions(ssl, true).mapEmpty();
    }

    private void connected(HttpConnection connection) {
        if (calls.connect()) {
            connection.closeHandler(closed -> calls.disconnect());
        } else {
            connection.close();
        }
    }

    private void called(Context own, HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2
                || !HttpMethod.POST.equals(request.method())
                || !Attach.isGrpc(request.getHeader(Attach.CONTENT_TYPE))) {
            request.response().setStatusCode(UNSUPPORTED_MEDIA_TYPE).end();
        } else if (!Attach.IDENTITY.equals(request.headers().get(Attach.ENCODING))
                && request.headers().contains(Attach.ENCODING)) {
            ServerStream.refuse(request, GrpcStatus.UNIMPLEMENTED, "messages are not compressed here");
        } else if (closing) {
            ServerStream.refuse(request, GrpcStatus.UNAVAILABLE, "the server is closing");
        } else if (!calls.enter()) {
            ServerStream.refuse(request, GrpcStatus.RESOURCE_EXHAUSTED, "too many channels");
        } else if (Attach.PATH.equals(request.path())) {
            attach(own, request);
        } else {
            sideServices.handle(request).onComplete(ended -> calls.leave());
        }
    }

    private void attach(Context own, HttpServerRequest request) {
        ServerStream stream = new ServerStream(vertx, request);
        GrpcConnection connection = new GrpcConnection(own, stream, options.getMaxMessageBytes());
        open.put(connection, stream);
        stream.released().onComplete(released -> {
            open.remove(connection);
            calls.leave();
        });
        try {
            acceptor.accept(connection);
        } finally {
            if (!connection.isStarted()) {
                connection.close(CloseReason.of(CloseReason.Code.INTERNAL, "nobody took the connection"));
            }
        }
    }

    /** Takes no more calls and ends those that are open; completes when none is left. May be called from any thread. */
    Future<Void> closeCalls() {
        Context own = context;
        if (own == null) {
            return Future.succeededFuture();
        }
        Promise<Void> left = Promise.promise();
        own.runOnContext(ignored -> {
            closing = true;
            List<Future<Void>> released = new ArrayList<>();
            CloseReason reason = CloseReason.of(CloseReason.Code.SHUTTING_DOWN, "the transport is closed");
            new HashMap<>(open).forEach((connection, stream) -> {
                released.add(stream.released());
                connection.close(reason);
            });
            Future.join(released).<Void>mapEmpty().onComplete(left);
        });
        return left.future();
    }
}
