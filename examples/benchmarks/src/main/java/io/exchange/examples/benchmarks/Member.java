package io.exchange.examples.benchmarks;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.exchange.controller.HazelcastCluster;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcTransport;
import io.exchange.transport.NodeTransport;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.ArrayList;
import java.util.List;

/**
 * A member of a cluster on this machine, and a Vert.x with one event loop that is clustered by it.
 *
 * @param hazelcast the member
 * @param vertx the Vert.x
 */
record Member(HazelcastInstance hazelcast, Vertx vertx) {

    private static final String HOST = "127.0.0.1";

    /**
     * How to join.
     *
     * @param port the port of the member
     * @param others the ports of those that are there
     * @param keepsRecords whether it keeps a part of the records
     */
    record Joining(int port, List<Integer> others, boolean keepsRecords) {

        /** Copies. */
        Joining {
            others = List.copyOf(others);
        }

        JsonObject toJson() {
            return new JsonObject()
                    .put("port", port)
                    .put("others", new JsonArray(others))
                    .put("keeps_records", keepsRecords);
        }

        static Joining of(JsonObject json) {
            return new Joining(
                    json.getInteger("port"),
                    Crowd.numbers(json.getJsonArray("others")),
                    json.getBoolean("keeps_records"));
        }
    }

    /** Starts one and waits until it has joined. */
    static Member join(Joining joining) throws Exception {
        HazelcastInstance hazelcast = Hazelcast.newHazelcastInstance(config(joining));
        VertxOptions options = new VertxOptions().setEventLoopPoolSize(1);
        options.getEventBusOptions().setHost(HOST);
        Vertx vertx = Role.await(Vertx.builder()
                .with(options)
                .withClusterManager(new HazelcastClusterManager(hazelcast))
                .buildClustered());
        return new Member(hazelcast, vertx);
    }

    private static Config config(Joining joining) {
        Config config = new Config().setClusterName("benchmark").setLiteMember(!joining.keepsRecords());
        config.setProperty("hazelcast.logging.type", "jdk");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.getMetricsConfig().setEnabled(false);
        config.getNetworkConfig().setPort(joining.port()).setPortAutoIncrement(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(HOST);
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        List<String> members = new ArrayList<>();
        joining.others().forEach(port -> members.add(HOST + ':' + port));
        config.getNetworkConfig()
                .getJoin()
                .getTcpIpConfig()
                .setEnabled(true)
                .setConnectionTimeoutSeconds(1)
                .setMembers(members);
        return HazelcastCluster.prepare(config);
    }

    /** What nodes reach each other by. */
    NodeTransport links() {
        return new NodeTransport(
                GrpcTransport.server(new GrpcServerOptions().setHost(HOST).setEventLoops(1)),
                GrpcTransport.client(vertx, new GrpcClientOptions()));
    }
}
