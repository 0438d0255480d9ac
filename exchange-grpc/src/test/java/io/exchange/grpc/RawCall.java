package io.exchange.grpc;

import static io.exchange.transport.End.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;

/** A stranger at the port: an HTTP/2 call with whatever headers and bytes the test likes. */
final class RawCall {

    private final HttpClientRequest request;
    private final Promise<String> status = Promise.promise();
    private final Promise<Throwable> reset = Promise.promise();

    private RawCall(HttpClientRequest request) {
        this.request = request;
        request.setChunked(true);
        request.exceptionHandler(reset::tryComplete);
        request.response().onComplete(this::answered, status::tryFail);
    }

    static RawCall attach(Vertx vertx, int port) {
        return to(vertx, port, Attach.PATH).header("content-type", "application/grpc");
    }

    static RawCall to(Vertx vertx, int port, String path) {
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(path);
        return new RawCall(await(client.request(options)));
    }

    private void answered(HttpClientResponse response) {
        response.exceptionHandler(reset::tryComplete);
        if (response.statusCode() != 200) {
            status.tryComplete("HTTP " + response.statusCode());
        } else if (response.getHeader("grpc-status") != null) {
            status.tryComplete(response.getHeader("grpc-status"));
        } else {
            response.endHandler(end -> status.tryComplete(response.getTrailer("grpc-status")));
        }
    }

    RawCall header(String name, String value) {
        request.putHeader(name, value);
        return this;
    }

    RawCall write(Buffer bytes) {
        request.write(bytes);
        return this;
    }

    /** Writes a message with a prefix that tells the truth. */
    RawCall message(byte[] bytes) {
        return write(
                Buffer.buffer().appendByte((byte) 0).appendInt(bytes.length).appendBytes(bytes));
    }

    RawCall end() {
        request.end();
        return this;
    }

    void reset() {
        request.reset(8);
    }

    /** The gRPC status of the answer, or its HTTP status where there is none. */
    String status() {
        return await(status.future());
    }

    /** Waits until the other end resets the call. */
    void assertReset() {
        assertThat(await(reset.future())).isNotNull();
    }

    Future<Void> closeConnection() {
        return request.connection().close();
    }
}
