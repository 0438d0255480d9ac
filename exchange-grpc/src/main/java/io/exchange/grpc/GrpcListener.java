package io.exchange.grpc;

import io.exchange.transport.Connection;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The listening side: one HTTP server for each event loop, all on the same port. */
final class GrpcListener implements GrpcServerTransport {

    /** Servers of one Vert.x instance that are given the same number below zero share a free port. */
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private static final int LAST_FREE_PORT = 60_000;

    private final GrpcServerOptions options;
    private final AtomicReference<@Nullable Listening> listening = new AtomicReference<>();

    GrpcListener(GrpcServerOptions options) {
        this.options = options;
    }

    /** The servers that run, and how to stop them. */
    private static final class Listening {
        private final Vertx vertx;
        private final Queue<ServerLoop> loops = new ConcurrentLinkedQueue<>();
        private final AtomicReference<@Nullable String> deployment = new AtomicReference<>();
        private volatile @Nullable TrustOptions trusted;

        Listening(Vertx vertx, @Nullable TrustOptions trusted) {
            this.vertx = vertx;
            this.trusted = trusted;
        }

        /** One of the servers holds the port and the certificates; the others ask it. */
        Future<Void> reload(ServerSSLOptions ssl, @Nullable TrustOptions newlyTrusted) {
            TrustOptions trust = newlyTrusted == null ? trusted : newlyTrusted;
            if (trust != null) {
                ssl.setTrustOptions(trust);
            }
            return Optional.ofNullable(loops.peek())
                    .map(loop -> loop.reload(ssl).onSuccess(done -> trusted = trust))
                    .orElseGet(GrpcListener::notListening);
        }

        Future<Void> stop() {
            List<Future<Void>> closing =
                    loops.stream().map(ServerLoop::closeCalls).toList();
            return Future.join(closing).transform(closed -> undeploy());
        }

        private Future<Void> undeploy() {
            String id = deployment.getAndSet(null);
            return id == null || !vertx.deploymentIDs().contains(id) ? Future.succeededFuture() : vertx.undeploy(id);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Vert.x lets several servers of one Vert.x instance share a port, so listening twice on a port of one's own choice
     * does not fail there: the two take turns.
     */
    @Override
    public Future<Void> listen(Vertx vertx, Consumer<Connection> acceptor) {
        Listening started = new Listening(vertx, options.getTrustOptions());
        if (!listening.compareAndSet(null, started)) {
            return Future.failedFuture(new IllegalStateException("the transport listens already"));
        }
        int port = options.getPort() != 0 ? options.getPort() : -(1 + FREE_PORTS.getAndIncrement() % LAST_FREE_PORT);
        OpenCalls calls = new OpenCalls(options.getMaxChannels());
        DeploymentOptions loops = new DeploymentOptions().setInstances(options.getEventLoops());
        return vertx.deployVerticle(
                        () -> {
                            ServerLoop loop = new ServerLoop(vertx, options, port, calls, acceptor);
                            started.loops.add(loop);
                            return loop;
                        },
                        loops)
                .onSuccess(started.deployment::set)
                .onFailure(failure -> listening.compareAndSet(started, null))
                .mapEmpty();
    }

    @Override
    public int actualPort() {
        return loops().findFirst()
                .map(ServerLoop::actualPort)
                .orElseThrow(() -> new IllegalStateException("the transport does not listen"));
    }

    @Override
    public String endpoint() {
        String scheme = options.getKeyCertOptions() == null ? "http" : "https";
        String host = options.getHost().contains(":") ? "[" + options.getHost() + "]" : options.getHost();
        return scheme + "://" + host + ":" + actualPort();
    }

    @Override
    public boolean beyondLoopback() {
        try {
            return !Stream.of(InetAddress.getAllByName(options.getHost())).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return true;
        }
    }

    @Override
    public Optional<Duration> longestSilence() {
        return Optional.of(options.getIdleTimeout());
    }

    @Override
    public Future<Void> reload(KeyCertOptions keyCertOptions, @Nullable TrustOptions trustOptions) {
        if (options.getKeyCertOptions() == null) {
            return Future.failedFuture(new IllegalStateException("the transport does not speak TLS"));
        }
        ServerSSLOptions ssl =
                new ServerSSLOptions().setKeyCertOptions(keyCertOptions).setClientAuth(options.getClientAuth());
        return Optional.ofNullable(listening.get())
                .map(now -> now.reload(ssl, trustOptions))
                .orElseGet(GrpcListener::notListening);
    }

    private static Future<Void> notListening() {
        return Future.failedFuture(new IllegalStateException("the transport does not listen"));
    }

    private Stream<ServerLoop> loops() {
        Listening now = listening.get();
        return now == null ? Stream.empty() : now.loops.stream();
    }

    @Override
    public Future<Void> close() {
        Listening now = listening.getAndSet(null);
        return now == null ? Future.succeededFuture() : now.stop();
    }
}
