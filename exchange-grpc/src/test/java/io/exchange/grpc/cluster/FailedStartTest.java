package io.exchange.grpc.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.core.HazelcastInstance;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.HazelcastCluster;
import io.exchange.controller.cluster.ClusterTerms;
import io.exchange.controller.cluster.NodeAddress;
import io.exchange.controller.cluster.hazelcast.ClusterSettings;
import io.exchange.controller.cluster.hazelcast.HazelcastView;
import io.exchange.controller.cluster.hazelcast.Members;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcTransport;
import io.exchange.transport.End;
import io.exchange.transport.NodeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that cannot reach some of what the cluster keeps when it starts. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FailedStartTest {

    private final Members members = new Members();
    private final Vertx observer = Vertx.vertx();

    @AfterEach
    void stop() {
        members.close();
        End.await(observer.close());
    }

    @ParameterizedTest
    @ValueSource(strings = {ClusterSettings.TARGETS, ClusterSettings.BATCHES})
    void a_node_that_could_not_start_is_not_seen_by_others(String unreachable) {
        HazelcastInstance member = members.start(unreachable(unreachable));
        ClusterTerms usual =
                new ClusterTerms(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(5), 1, Map.of(), 1);
        HazelcastView view = End.await(
                HazelcastView.join(observer, member, new HazelcastView.Self("a", NodeAddress.NONE, 0, true, usual)));
        Vertx vertx = End.await(Vertx.builder()
                .withClusterManager(new HazelcastClusterManager(member))
                .buildClustered());
        NodeTransport links = new NodeTransport(
                GrpcTransport.server(new GrpcServerOptions()), GrpcTransport.client(vertx, new GrpcClientOptions()));
        Future<ExchangeController> started = ExchangeController.clustered(
                vertx, HazelcastCluster.of(member), links, new ControllerOptions().setNodeId("b"));
        assertThat(End.await(started.map("started").otherwise(Throwable::getMessage)))
                .contains("Split brain protection");

        End.await(view.refresh());
        assertThat(view.nodes().keySet()).containsExactly("a");
        End.await(vertx.close());
    }

    private Config unreachable(String map) {
        Config config = members.config();
        config.addSplitBrainProtectionConfig(new SplitBrainProtectionConfig("two", true, 2));
        config.getMapConfig(map).setSplitBrainProtectionName("two");
        return config;
    }
}
