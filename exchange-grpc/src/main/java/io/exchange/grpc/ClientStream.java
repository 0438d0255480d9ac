package io.exchange.grpc;

import io.exchange.api.CloseReason;
import io.exchange.api.Credentials;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * The stream under a connection that was opened here, on an HTTP/2 connection of its own, which it closes. The headers of
 * the call leave with the first message.
 */
final class ClientStream implements HttpStream {

    private static final int HTTP_OK = 200;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final HttpClientConnection connection;
    private final HttpClientRequest request;
    private final Promise<Void> released = Promise.promise();
    private @Nullable Listener told;
    private @Nullable HttpClientResponse response;
    private boolean headWritten;
    private boolean inputEnded;
    private boolean resumed;
    private boolean finished;
    private long lingerTimer = NO_TIMER;

    private ClientStream(Vertx vertx, HttpClientConnection connection, HttpClientRequest request) {
        this.vertx = vertx;
        this.connection = connection;
        this.request = request;
    }

    /** Prepares the call; nothing is sent. */
    static Future<ClientStream> open(Vertx vertx, HttpClientConnection connection, Map<String, String> metadata) {
        RequestOptions call = new RequestOptions().setMethod(HttpMethod.POST).setURI(Attach.PATH);
        return connection.request(call).map(request -> {
            metadata.forEach(request::putHeader);
            request.putHeader(Attach.CONTENT_TYPE, Attach.GRPC);
            request.putHeader("te", "trailers");
            request.setChunked(true);
            return new ClientStream(vertx, connection, request);
        });
    }

    @Override
    public void listener(Listener listener) {
        told = listener;
        request.exceptionHandler(this::lost);
        request.drainHandler(drained -> listener.drained());
        connection.closeHandler(gone -> {
            released.tryComplete();
            inputEnded(Attach.lost("the network closed the connection"));
        });
        request.response().onComplete(this::answered, this::lost);
    }

    private void answered(HttpClientResponse answer) {
        String status = answer.getHeader(Attach.STATUS);
        if (answer.statusCode() != HTTP_OK) {
            inputEnded(Attach.lost("the call was answered with HTTP status " + answer.statusCode()));
        } else if (status != null) {
            inputEnded(Attach.reason(status, answer.getHeader(Attach.STATUS_MESSAGE)));
        } else if (!Attach.isGrpc(answer.getHeader(Attach.CONTENT_TYPE))) {
            inputEnded(Attach.lost("the other end does not speak gRPC"));
        } else {
            response = answer;
            answer.handler(Objects.requireNonNull(told)::received);
            answer.exceptionHandler(this::lost);
            answer.endHandler(end -> inputEnded(
                    Attach.reason(answer.getTrailer(Attach.STATUS), answer.getTrailer(Attach.STATUS_MESSAGE))));
            if (!resumed) {
                answer.pause();
            }
        }
    }

    private void lost(Throwable cause) {
        inputEnded(Attach.lost(String.valueOf(cause.getMessage())));
    }

    private void inputEnded(CloseReason reason) {
        inputEnded = true;
        if (finished) {
            release();
        }
        Objects.requireNonNull(told).ended(reason);
    }

    @Override
    public Credentials peer() {
        return new Credentials(Map.of(), certificates(), connection.remoteAddress());
    }

    private List<X509Certificate> certificates() {
        if (!connection.isSsl()) {
            return List.of();
        }
        try {
            List<Certificate> chain = connection.peerCertificates();
            return chain.stream()
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    @Override
    public void resume() {
        resumed = true;
        HttpClientResponse answer = response;
        if (answer != null && !inputEnded) {
            answer.resume();
        }
    }

    @Override
    public void write(Buffer message) {
        if (!finished && !inputEnded) {
            headWritten = true;
            request.write(message).onFailure(this::lost);
        }
    }

    @Override
    public boolean isFull() {
        return finished || request.writeQueueFull();
    }

    @Override
    public void finish() {
        if (finished) {
            return;
        }
        finished = true;
        if (headWritten && !inputEnded) {
            request.end().onFailure(this::lost);
            resume(); // what still comes is dropped, up to the end
            lingerTimer = vertx.setTimer(LINGER_MILLIS, late -> release());
        } else {
            release();
        }
    }

    private void release() {
        if (lingerTimer != NO_TIMER) {
            vertx.cancelTimer(lingerTimer);
        }
        connection.close().onComplete(closed -> released.tryComplete());
    }

    @Override
    public Future<Void> released() {
        return released.future();
    }
}
