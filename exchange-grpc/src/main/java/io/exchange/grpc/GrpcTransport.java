package io.exchange.grpc;

import io.vertx.core.Vertx;

/**
 * The transport over gRPC: every connection is one call of the method that {@code exchange.proto} describes. Its two sides
 * are made here.
 */
public final class GrpcTransport {

    private GrpcTransport() {}

    /**
     * The connecting side. Its endpoints are {@code https://host:port} and, without TLS, {@code http://host:port}. Every
     * connection has an HTTP/2 connection of its own, which is closed with it.
     *
     * <p>A connection is handed out when TCP, proxy, TLS and HTTP/2 are there. Headers leave with its first frame, so a
     * refusal of the call comes after that, as the end of the connection: {@code UNAUTHENTICATED} and {@code EXHAUSTED} for
     * the gRPC statuses UNAUTHENTICATED and RESOURCE_EXHAUSTED, {@code CONNECTION_LOST} with the status in its message for
     * any other.
     *
     * @param vertx where to run
     * @param options how to connect
     * @return the transport, which holds nothing before it connects
     */
    public static GrpcClientTransport client(Vertx vertx, GrpcClientOptions options) {
        return new GrpcDialer(vertx, new GrpcClientOptions(options));
    }

    /**
     * The listening side. Beside the exchange's own service it answers gRPC health checks and reflection.
     *
     * @param options how to listen
     * @return the transport, which does not listen yet
     * @throws IllegalArgumentException if clients are to show certificates, or authorities are to be trusted, but there is
     *     no certificate of the server and so no TLS
     */
    public static GrpcServerTransport server(GrpcServerOptions options) {
        options.requireConsistent();
        return new GrpcListener(new GrpcServerOptions(options));
    }
}
