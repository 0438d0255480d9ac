package io.exchange.examples.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.exchange.api.Channel;
import io.exchange.api.Grant;
import io.exchange.api.Roles;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.HazelcastCluster;
import io.exchange.controller.Readiness;
import io.exchange.controller.Target;
import io.exchange.controller.TargetChange;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcTransport;
import io.exchange.protocol.ChannelLimits;
import io.exchange.transport.NodeTransport;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A node as a process that takes orders. It ends when its input does, so that none is left behind by a parent that dies. */
final class NodeProcess {

    private static final int MISSED_HEARTBEATS = 4;
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    /** What the controller adds to the id of a node, so that it is another one in each process life. */
    private static final String SUFFIX = "-[0-9a-z]+$";

    private final HazelcastInstance hazelcast;
    private final Vertx vertx;
    private final ExchangeController controller;
    private final Reports reports = new Reports(System.out);
    private final Load load;
    private final BatchWork batches;

    private NodeProcess(NodeSettings settings) {
        hazelcast = Hazelcast.newHazelcastInstance(member(settings));
        vertx = Vertx.builder()
                .with(vertxOptions(settings))
                .withClusterManager(new HazelcastClusterManager(hazelcast))
                .buildClustered()
                .await();
        controller = ExchangeController.clustered(
                        vertx, HazelcastCluster.of(hazelcast), links(vertx, settings), options(settings))
                .await();
        controller.onTargetChange(this::changed);
        load = new Load(vertx, controller, settings.nodeId(), reports);
        batches = new BatchWork(controller.batches(), reports);
        controller
                .listen(GrpcTransport.server(new GrpcServerOptions()
                        .setHost(settings.connectorHost())
                        .setPort(settings.connectorPort())))
                .await();
        reports.say(new Report.Ready());
    }

    /**
     * Runs a node.
     *
     * @param args its settings, as JSON
     * @throws IOException if the input cannot be read
     */
    public static void main(String[] args) throws IOException {
        Logging.configure();
        NodeProcess node = new NodeProcess(Lines.read(args[0], NodeSettings.class));
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            boolean goesOn = true;
            while (goesOn) {
                String line = input.readLine();
                if (line == null) {
                    Runtime.getRuntime().halt(1);
                    return;
                }
                goesOn = node.obey(Lines.read(line, Order.class));
            }
        }
    }

    private void changed(TargetChange change) {
        if (change.kind() == TargetChange.Kind.TARGET_WENT) {
            reports.say(new Report.Went(change.targetId()));
        }
    }

    private boolean obey(Order order) {
        if (order instanceof Order.Load commands) {
            load.start(commands);
        } else if (order instanceof Order.Unload) {
            load.stop();
        } else if (order instanceof Order.Send one) {
            load.send(one);
        } else if (order instanceof Order.RunBatch batch) {
            batches.run(batch);
        } else if (order instanceof Order.AwaitBatch batch) {
            batches.await(batch);
        } else if (order instanceof Order.Look look) {
            vertx.setTimer(Math.max(1, look.afterMillis()), timer -> look(look.number()));
        } else if (order instanceof Order.Drain drain) {
            controller
                    .drain(Duration.ofMillis(drain.millis()))
                    .onComplete(
                            drained -> reports.say(new Report.Drained("")),
                            failure -> reports.say(new Report.Drained(String.valueOf(failure))));
        } else if (order instanceof Order.Stop) {
            stop();
            return false;
        }
        return true;
    }

    private void look(int number) {
        List<Target> targets = controller.targets();
        Map<String, List<Report.Seen>> directory = targets.stream()
                .collect(Collectors.toMap(
                        Target::id,
                        target -> target.connectors().stream()
                                .map(NodeProcess::seen)
                                .toList()));
        Set<String> held = targets.stream()
                .flatMap(target -> controller.channels(target.id()).stream())
                .map(Channel::sessionId)
                .collect(Collectors.toSet());
        Readiness readiness = controller.readiness();
        int members = hazelcast.getCluster().getMembers().size();
        reports.say(new Report.Looked(number, readiness.ready(), readiness.detail(), members, directory, held));
    }

    private static Report.Seen seen(Target.Connector connector) {
        List<Long> terms = connector.grants().stream()
                .filter(grant -> grant.role().equals(Roles.PRIMARY))
                .map(Grant::term)
                .toList();
        String node = connector.nodeId().replaceFirst(SUFFIX, "");
        return new Report.Seen(connector.connectorId(), connector.sessionId(), node, connector.attached(), terms);
    }

    private void stop() {
        controller.stop().await();
        vertx.close().await();
        hazelcast.shutdown();
        reports.say(new Report.Stopped());
        reports.close();
    }

    private static ControllerOptions options(NodeSettings settings) {
        NodeSettings.Times times = settings.times();
        ChannelLimits usual = ChannelLimits.DEFAULT;
        return new ControllerOptions()
                .setNodeId(settings.nodeId())
                .setEndpoint("http://" + settings.connectorHost() + ":" + settings.connectorPort())
                .setAnyoneMayAttach(true)
                .setQuorum(settings.quorum())
                .setStopTimeout(STOP_TIMEOUT)
                .setHealthInterval(Duration.ofMillis(times.health()))
                .setChannelLimits(new ChannelLimits(
                        Duration.ofMillis(times.heartbeat()),
                        MISSED_HEARTBEATS,
                        Duration.ofMillis(times.lease()),
                        Duration.ofMillis(times.grace()),
                        usual.maxInFlight(),
                        usual.maxQueued(),
                        usual.maxPayloadBytes()));
    }

    private static NodeTransport links(Vertx vertx, NodeSettings settings) {
        return new NodeTransport(
                GrpcTransport.server(new GrpcServerOptions().setHost(settings.host())),
                GrpcTransport.client(vertx, new GrpcClientOptions()));
    }

    private static VertxOptions vertxOptions(NodeSettings settings) {
        VertxOptions options = new VertxOptions();
        options.getEventBusOptions().setHost(settings.host());
        return options;
    }

    private static Config member(NodeSettings settings) {
        Config config = new Config().setClusterName(settings.cluster());
        config.setProperty("hazelcast.logging.type", "jdk");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.partition.count", "31");
        config.getMetricsConfig().setEnabled(false);
        config.getNetworkConfig().setPort(settings.memberPort()).setPortAutoIncrement(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(settings.host());
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig()
                .getJoin()
                .getTcpIpConfig()
                .setEnabled(true)
                .setConnectionTimeoutSeconds(1)
                .setMembers(settings.members());
        return HazelcastCluster.prepare(config);
    }
}
