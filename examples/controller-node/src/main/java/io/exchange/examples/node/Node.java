package io.exchange.examples.node;

import com.hazelcast.core.HazelcastInstance;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.HazelcastCluster;
import io.exchange.controller.Readiness;
import io.exchange.grpc.GrpcServerTransport;
import io.exchange.metrics.MicrometerObserver;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A controller with all that belongs to it: started from a configuration, stopped in the opposite order. Confined to one thread. */
final class Node {

    private final NodeConfig config;
    private final Consumer<String> out;
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile boolean stopping;
    private @Nullable HazelcastInstance hazelcast;
    private @Nullable Vertx vertx;
    private volatile @Nullable ExchangeController controller;

    /** A node that says what it does. */
    Node(NodeConfig config, Consumer<String> out) {
        this.config = config;
        this.out = out;
    }

    /** Starts; blocks until connectors can come. What has started is left to {@link #stop}. */
    void start() throws IOException {
        Vertx runtime = config.cluster().isOn() ? clusteredVertx() : Vertx.vertx();
        vertx = runtime;
        ControllerOptions options = options(runtime);
        if (config.management().isOn()) {
            int port = Management.listen(runtime, config.management(), metrics, this::readiness)
                    .await()
                    .actualPort();
            out.accept("health and metrics on http://" + config.management().host() + ":" + port);
        }
        ExchangeController started = controller(runtime, options).await();
        controller = started;
        if (config.forward()) {
            Forward.handleOn(started);
        }
        GrpcServerTransport server = Transports.forConnectors(
                config.connectors(), () -> Future.succeededFuture(readiness().ready()));
        started.listen(server).await();
        out.accept("listening on " + (config.connectors().tls().isOn() ? "https://" : "http://")
                + config.connectors().host() + ":" + server.actualPort());
    }

    private Vertx clusteredVertx() {
        HazelcastInstance member = HazelcastMember.start(config.cluster());
        hazelcast = member;
        VertxOptions options = new VertxOptions();
        options.getEventBusOptions()
                .setHost(host(member))
                .setPort(config.cluster().eventBusPort());
        return Vertx.builder()
                .with(options)
                .withClusterManager(new HazelcastClusterManager(member))
                .buildClustered()
                .await();
    }

    private static String host(HazelcastInstance member) {
        return member.getCluster().getLocalMember().getAddress().getHost();
    }

    private Future<ExchangeController> controller(Vertx runtime, ControllerOptions options) {
        return Optional.ofNullable(hazelcast)
                .map(member -> ExchangeController.clustered(
                        runtime,
                        HazelcastCluster.of(member),
                        Transports.betweenNodes(
                                runtime, host(member), config.cluster().links()),
                        options))
                .orElseGet(() -> Future.succeededFuture(ExchangeController.create(runtime, options)));
    }

    private ControllerOptions options(Vertx runtime) throws IOException {
        ControllerOptions options = new ControllerOptions()
                .setAnyoneMayAttach(config.connectors().anyoneMayAttach())
                .setMaxChannels(config.connectors().maxChannels())
                .setMaxHellosPerSecond(config.connectors().maxHellosPerSecond())
                .setChannelLimits(config.channels().limits())
                .setReplyMemory(config.memory().bounds())
                .setFreshStart(config.freshStart())
                .setHealthInterval(config.health().interval())
                .setHealthTimeout(config.health().timeout())
                .setHealthMisses(config.health().misses())
                .setRoleSlots(config.roles())
                .setQuorum(config.cluster().quorum())
                .setReconcileInterval(config.cluster().reconcile())
                .setMovesPerSecond(config.cluster().movesPerSecond())
                .setStopTimeout(config.stop().timeout())
                .setObserver(new MicrometerObserver(metrics));
        if (!config.nodeId().isEmpty()) {
            options.setNodeId(config.nodeId());
        }
        if (!config.connectors().endpoint().isEmpty()) {
            options.setEndpoint(config.connectors().endpoint());
        }
        Authentication.of(runtime, config).ifPresent(options::setAuthenticator);
        return options;
    }

    private Readiness readiness() {
        if (stopping) {
            return new Readiness(false, "stopping");
        }
        return Optional.ofNullable(controller)
                .map(ExchangeController::readiness)
                .orElseGet(() -> new Readiness(false, "starting"));
    }

    /** Stops what has started: moves the channels to other nodes, ends what is in flight, leaves the cluster; blocks. */
    void stop() {
        stopping = true;
        Optional.ofNullable(controller).ifPresent(started -> {
            drained(started).await();
            started.stop().await();
        });
        Optional.ofNullable(vertx).ifPresent(runtime -> runtime.close().await());
        Optional.ofNullable(hazelcast).ifPresent(HazelcastInstance::shutdown);
    }

    /** A node that is alone has nowhere to move its channels to. */
    private Future<Void> drained(ExchangeController started) {
        return config.cluster().isOn()
                ? started.drain(config.stop().drain()).otherwiseEmpty()
                : Future.succeededFuture();
    }
}
