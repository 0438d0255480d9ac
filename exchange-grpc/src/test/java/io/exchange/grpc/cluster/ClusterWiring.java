package io.exchange.grpc.cluster;

import com.hazelcast.core.HazelcastInstance;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.HazelcastCluster;
import io.exchange.controller.cluster.hazelcast.ClusterSettings;
import io.exchange.controller.cluster.hazelcast.Members;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcTransport;
import io.exchange.grpc.GrpcWiring;
import io.exchange.transport.End;
import io.exchange.transport.NodeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;

/**
 * Two nodes on one cluster of two members, linked by gRPC. The members are the same for all tests, and empty at the start of
 * each.
 */
final class ClusterWiring extends GrpcWiring {

    private static final Host NEAR = new Host();
    private static final Host FAR = new Host();

    /** A member with a Vert.x that is clustered by it. */
    private static final class Host {

        private static final Members MEMBERS = new Members();

        private final HazelcastInstance member = MEMBERS.start();
        private final Vertx vertx = End.await(Vertx.builder()
                .withClusterManager(new HazelcastClusterManager(member))
                .buildClustered());

        private Future<ExchangeController> node(
                ControllerOptions options, GrpcServerOptions accepts, GrpcClientOptions dials) {
            NodeTransport links = new NodeTransport(GrpcTransport.server(accepts), GrpcTransport.client(vertx, dials));
            return ExchangeController.clustered(vertx, HazelcastCluster.of(member), links, options);
        }
    }

    private final GrpcServerOptions accepts;
    private final GrpcClientOptions dials;

    ClusterWiring() {
        this(new GrpcServerOptions(), new GrpcClientOptions());
    }

    /** With links of a kind. */
    ClusterWiring(GrpcServerOptions accepts, GrpcClientOptions dials) {
        this.accepts = accepts;
        this.dials = dials;
    }

    @Override
    public ExchangeController controller(Vertx vertx, ControllerOptions options) {
        NEAR.member.getMap(ClusterSettings.TARGETS).clear();
        NEAR.member.getMap(ClusterSettings.NODES).clear();
        options.setReconcileInterval(Duration.ofMillis(500));
        ExchangeController near =
                End.await(NEAR.node(new ControllerOptions(options).setNodeId("near"), accepts, dials));
        ExchangeController far = End.await(FAR.node(new ControllerOptions(options).setNodeId("far"), accepts, dials));
        return new TwoNodes(near, far);
    }

    @Override
    public boolean outlivesTheTest() {
        return true;
    }
}
