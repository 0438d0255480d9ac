package io.exchange.grpc;

import io.exchange.api.Credentials;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.grpc.common.GrpcError;
import io.vertx.grpc.common.GrpcStatus;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The stream under a connection that came in. */
final class ServerStream implements HttpStream {

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Promise<Void> released = Promise.promise();
    private boolean inputEnded;
    private boolean finished;
    private boolean closed;
    private Future<Void> lastWrite = Future.succeededFuture();
    private long lingerTimer = NO_TIMER;

    ServerStream(Vertx vertx, HttpServerRequest request) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        request.pause();
        response.putHeader(Attach.CONTENT_TYPE, Attach.GRPC);
    }

    /** Ends a call that is not to become a connection. */
    static void refuse(HttpServerRequest request, GrpcStatus status, String message) {
        HttpServerResponse response = request.response();
        response.putHeader(Attach.CONTENT_TYPE, Attach.GRPC)
                .putHeader(Attach.STATUS, status.toString())
                .putHeader(Attach.STATUS_MESSAGE, message.replace("%", "%25"));
        response.end().onComplete(sent -> response.reset(GrpcError.CANCELLED.http2ResetCode));
    }

    @Override
    public void listener(Listener listener) {
        request.handler(listener::received);
        request.endHandler(end -> {
            inputEnded = true;
            listener.ended(Attach.lost("the other end closed the connection"));
        });
        request.exceptionHandler(cause -> {
            inputEnded = true;
            listener.ended(Attach.lost(String.valueOf(cause.getMessage())));
        });
        response.exceptionHandler(cause -> listener.ended(Attach.lost(String.valueOf(cause.getMessage()))));
        response.drainHandler(drained -> listener.drained());
        response.closeHandler(gone -> {
            inputEnded = true;
            release();
            listener.ended(Attach.lost("the network closed the connection"));
        });
    }

    @Override
    public Credentials peer() {
        return new Credentials(Attach.metadata(request.headers()), certificates(), request.remoteAddress());
    }

    private List<X509Certificate> certificates() {
        if (!request.isSSL()) {
            return List.of();
        }
        try {
            List<Certificate> chain = request.connection().peerCertificates();
            return chain.stream()
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of(); // the client showed none
        }
    }

    @Override
    public void resume() {
        if (!inputEnded) {
            request.resume();
        }
    }

    @Override
    public void write(Buffer message) {
        if (!finished && !closed) {
            lastWrite = response.write(message);
        }
    }

    @Override
    public boolean isFull() {
        return finished || closed || response.writeQueueFull();
    }

    @Override
    public void finish() {
        if (finished) {
            return;
        }
        finished = true;
        if (!closed) {
            // Vert.x fails on a stream that is reset while its trailers are waiting, so they do not wait there
            lastWrite.onSuccess(written -> end());
            resume(); // what still comes is dropped, up to the end
            lingerTimer = vertx.setTimer(LINGER_MILLIS, late -> response.reset(GrpcError.CANCELLED.http2ResetCode));
        }
    }

    private void end() {
        if (!closed) {
            response.putTrailer(Attach.STATUS, GrpcStatus.OK.toString());
            response.end();
        }
    }

    private void release() {
        closed = true;
        if (lingerTimer != NO_TIMER) {
            vertx.cancelTimer(lingerTimer);
        }
        released.tryComplete();
    }

    @Override
    public Future<Void> released() {
        return released.future();
    }
}
