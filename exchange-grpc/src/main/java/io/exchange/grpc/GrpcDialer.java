package io.exchange.grpc;

import io.exchange.api.CloseReason;
import io.exchange.api.ExchangeException;
import io.exchange.transport.Connection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The connecting side: one HTTP/2 connection for each connection, on the event loop that it is to be confined to. */
final class GrpcDialer implements GrpcClientTransport {

    private final Vertx vertx;
    private final GrpcClientOptions options;
    private final ClientAgents agents;
    private final Set<Opened> open = ConcurrentHashMap.newKeySet();
    private volatile KeyMaterial named;
    private volatile KeyMaterial inUse;
    private Future<Void> reloading = Future.succeededFuture();
    private volatile boolean closed;

    /** A connection with what it holds. */
    private record Opened(GrpcConnection connection, HttpStream stream) {}

    /** What the client shows and whom it trusts. */
    private record KeyMaterial(
            @Nullable KeyCertOptions key, @Nullable TrustOptions trust) {

        KeyMaterial or(KeyMaterial other) {
            return new KeyMaterial(key == null ? other.key : key, trust == null ? other.trust : trust);
        }

        /**
         * Holds what the files hold now, whatever becomes of them before the next connection is opened. Options keep what they
         * have once read; a copy has read nothing.
         */
        KeyMaterial read(Vertx vertx) throws Exception {
            return new KeyMaterial(
                    key == null ? null : KeyCertOptions.wrap(key.copy().getKeyManagerFactory(vertx)),
                    trust == null ? null : TrustOptions.wrap(trust.copy().getTrustManagerFactory(vertx)));
        }
    }

    GrpcDialer(Vertx vertx, GrpcClientOptions options) {
        this.vertx = vertx;
        this.options = options;
        this.named = new KeyMaterial(options.getKeyCertOptions(), options.getTrustOptions());
        this.inUse = named;
        this.agents = new ClientAgents(this::agent);
    }

    private HttpClientAgent agent() {
        KeyMaterial now = inUse;
        return vertx.createHttpClient(new GrpcClientOptions(options)
                .setKeyCertOptions(now.key())
                .setTrustOptions(now.trust())
                .toHttp());
    }

    @Override
    public synchronized Future<Void> reload(
            @Nullable KeyCertOptions keyCertOptions, @Nullable TrustOptions trustOptions) {
        KeyMaterial given = new KeyMaterial(keyCertOptions, trustOptions);
        reloading = reloading.transform(before -> replace(given));
        return reloading;
    }

    /** One after the other, as each builds on what the one before has left. */
    private Future<Void> replace(KeyMaterial given) {
        if (closed) {
            return Future.failedFuture(new IllegalStateException("the transport is closed"));
        }
        KeyMaterial wanted = given.or(named);
        return vertx.executeBlocking(() -> wanted.read(vertx)).map(read -> {
            named = wanted;
            inUse = read;
            agents.renew();
            return null;
        });
    }

    @Override
    public Future<Connection> connect(Context context, String endpoint, Map<String, String> metadata) {
        ContextInternal own = (ContextInternal) context;
        if (!own.isEventLoopContext()) {
            throw new IllegalArgumentException("a connection needs an event-loop context");
        }
        if (closed) {
            return own.failedFuture(new IllegalStateException("the transport is closed"));
        }
        Promise<Connection> promise = own.promise();
        try {
            Endpoint where = Endpoint.parse(endpoint);
            Map<String, String> all = new TreeMap<>(options.getMetadata());
            all.putAll(metadata);
            Attach.checkMetadata(all);
            own.runOnContext(ignored -> dial(own, where, all, promise));
        } catch (ExchangeException e) {
            promise.fail(e);
        }
        return promise.future();
    }

    private void dial(
            ContextInternal context, Endpoint where, Map<String, String> metadata, Promise<Connection> promise) {
        ClientAgents.Lease lease = agents.lease();
        HttpConnectOptions target = new HttpConnectOptions()
                .setHost(where.host())
                .setPort(where.port())
                .setSsl(where.tls())
                .setProxyOptions(options.getProxyOptions());
        Promise<HttpClientConnection> dialled = Promise.promise();
        long timer = vertx.setTimer(options.getConnectTimeout().toMillis(), late -> {
            if (dialled.tryFail(new ConnectException("no HTTP/2 connection within " + options.getConnectTimeout()))) {
                lease.giveUp();
            }
        });
        lease.agent()
                .connect(target)
                .onComplete(
                        connection -> {
                            if (!dialled.tryComplete(connection)) {
                                connection.close();
                            }
                        },
                        failure -> {
                            if (dialled.tryFail(failure)) {
                                lease.release();
                            }
                        });
        dialled.future()
                .onComplete(done -> vertx.cancelTimer(timer))
                .compose(connection -> call(context, connection, lease, metadata))
                .onComplete(promise);
    }

    private Future<Connection> call(
            Context context, HttpClientConnection connection, ClientAgents.Lease lease, Map<String, String> metadata) {
        return ClientStream.open(vertx, connection, metadata)
                .onFailure(failure -> {
                    connection.close();
                    lease.release();
                })
                .map(stream -> {
                    GrpcConnection opened = new GrpcConnection(context, stream, options.getMaxMessageBytes());
                    keep(new Opened(opened, stream), lease);
                    return opened;
                });
    }

    private void keep(Opened opened, ClientAgents.Lease lease) {
        open.add(opened);
        opened.stream.released().onComplete(released -> {
            open.remove(opened);
            lease.release();
        });
        if (closed) {
            opened.connection.close(closing());
        }
    }

    private static CloseReason closing() {
        return CloseReason.of(CloseReason.Code.SHUTTING_DOWN, "the transport is closed");
    }

    @Override
    public Future<Void> close() {
        closed = true;
        List<Future<Void>> released =
                open.stream().map(each -> each.stream.released()).toList();
        open.forEach(each -> each.connection.context().runOnContext(ignored -> each.connection.close(closing())));
        return Future.join(released).transform(all -> agents.close());
    }
}
