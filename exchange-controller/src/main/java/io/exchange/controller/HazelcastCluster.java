package io.exchange.controller;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import io.exchange.controller.cluster.ClusterNode;
import io.exchange.controller.cluster.hazelcast.ClusterCheck;
import io.exchange.controller.cluster.hazelcast.ClusterSettings;
import io.exchange.controller.cluster.hazelcast.HazelcastBatchStore;
import io.exchange.controller.cluster.hazelcast.HazelcastNode;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.UnknownHostException;
import java.util.List;

/**
 * A member of a Hazelcast cluster that a controller can be a node of. The one public type that names Hazelcast, so that
 * who runs a single node, or looks at {@link ExchangeController} by reflection, need not have it.
 */
@SuppressWarnings(
        "exports") // not required transitively, or every module on top of this one would have to have Hazelcast
public final class HazelcastCluster {

    private static final List<String> LOOPBACK = List.of("//127.", "//localhost:", "//[::1]:");

    private final HazelcastInstance hazelcast;

    private HazelcastCluster(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
    }

    /**
     * Adds to a configuration what the exchange needs: its serializers, its maps, the filter against foreign classes,
     * failure detection within 5 s, joining halves again within some 10 s. Calls end after some 10 s, and
     * one whose backup is not acknowledged fails. Hazelcast's own shutdown hook is off, as the member must stop last: stop the
     * controller, close its Vert.x, shut the member down. What is set already stays. How members find each other, by TCP list,
     * multicast or Kubernetes, is set as for any use of Hazelcast.
     *
     * @param config the configuration of a member that is not started yet; changed
     * @return the same
     */
    public static Config prepare(Config config) {
        return ClusterSettings.prepare(config);
    }

    /**
     * A member that a controller can be a node of.
     *
     * @param hazelcast a running member that was started with {@link #prepare}; the one that the Vert.x of the
     *     controller is clustered by
     * @return the cluster
     * @throws IllegalArgumentException if it is configured so that a promise cannot hold, with a line for each that says
     *     what to set
     */
    public static HazelcastCluster of(HazelcastInstance hazelcast) {
        ClusterCheck.require(hazelcast);
        return new HazelcastCluster(hazelcast);
    }

    /**
     * Where other members reach a transport: by this member's own address, if it listens on all.
     *
     * @throws IllegalArgumentException if other machines cannot reach it, though they can reach the member
     */
    String reachable(ServerTransport transport) throws UnknownHostException {
        String endpoint = transport.endpoint();
        Address member = hazelcast.getCluster().getLocalMember().getAddress();
        boolean isLoopback = LOOPBACK.stream().anyMatch(endpoint::contains);
        if (isLoopback && !member.getInetAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("the links between nodes listen at " + endpoint
                    + ", where only this machine reaches them, but the member of Hazelcast is at " + member.getHost()
                    + ": let the server of NodeTransport listen there, or at 0.0.0.0");
        }
        String host = member.getHost();
        String own = "//" + (host.contains(":") ? "[" + host + "]" : host) + ":";
        return endpoint.replace("//0.0.0.0:", own).replace("//[::]:", own);
    }

    /** Opens where the batches of the cluster are kept. */
    Future<HazelcastBatchStore> batches(Vertx vertx) {
        return HazelcastBatchStore.open(vertx, hazelcast);
    }

    /** Joins the nodes of the cluster, on a Vert.x that is clustered by the same member. */
    Future<ClusterNode> open(Vertx vertx, ClusterNode.Setup setup) {
        return HazelcastNode.open(vertx, hazelcast, setup);
    }
}
