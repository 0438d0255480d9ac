package io.exchange.examples.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.HazelcastCluster;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcTransport;
import io.exchange.transport.NodeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/** The code of README.adoc for a node of a cluster. */
final class FirstNode {

    private FirstNode() {}

    /** Joins a cluster; blocks while Hazelcast does. How members find each other is in the configuration. */
    static Future<ExchangeController> join(Config config) {
        // tag::node[]
        HazelcastInstance member = Hazelcast.newHazelcastInstance(HazelcastCluster.prepare(config));
        String host = member.getCluster().getLocalMember().getAddress().getHost();
        Future<ExchangeController> node = Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(host)))
                .withClusterManager(new HazelcastClusterManager(member))
                .buildClustered()
                .compose(vertx -> ExchangeController.clustered(
                        vertx,
                        HazelcastCluster.of(member),
                        new NodeTransport( // the links between nodes
                                GrpcTransport.server(new GrpcServerOptions().setHost(host)),
                                GrpcTransport.client(vertx, new GrpcClientOptions())),
                        new ControllerOptions().setQuorum(2)));
        // end::node[]
        return node;
    }
}
