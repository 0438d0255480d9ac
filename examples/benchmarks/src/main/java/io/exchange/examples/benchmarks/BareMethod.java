package io.exchange.examples.benchmarks;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;

/** The one method of the bare baseline: raw bytes either way, with the same HTTP/2 windows as the exchange. */
final class BareMethod {

    static final int MAX_MESSAGE_BYTES = 17 << 20;

    private static final int STREAM_WINDOW = 1 << 20;
    private static final int CONNECTION_WINDOW = 8 << 20;
    private static final ServiceName SERVICE = ServiceName.create("bare", "Echo");
    private static final String METHOD = "Attach";

    static final ServiceMethod<Buffer, Buffer> SERVER =
            ServiceMethod.server(SERVICE, METHOD, GrpcMessageEncoder.IDENTITY, GrpcMessageDecoder.IDENTITY);
    static final ServiceMethod<Buffer, Buffer> CLIENT =
            ServiceMethod.client(SERVICE, METHOD, GrpcMessageEncoder.IDENTITY, GrpcMessageDecoder.IDENTITY);

    private BareMethod() {}

    static HttpServerOptions serverOptions() {
        return new HttpServerOptions()
                .setHost("127.0.0.1")
                .setTcpNoDelay(true)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setInitialSettings(settings());
    }

    static HttpClientOptions clientOptions() {
        return new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MultiplexingLimit(1) // so that every stream has a connection of its own
                .setTcpNoDelay(true)
                .setConnectTimeout(120_000)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setInitialSettings(settings().setPushEnabled(false));
    }

    private static Http2Settings settings() {
        return new Http2Settings().setInitialWindowSize(STREAM_WINDOW);
    }
}
