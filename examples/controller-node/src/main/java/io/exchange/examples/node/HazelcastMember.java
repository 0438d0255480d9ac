package io.exchange.examples.node;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.exchange.controller.HazelcastCluster;
import io.exchange.examples.node.NodeConfig.Cluster;
import io.exchange.examples.node.NodeConfig.Join;

/** The member of Hazelcast that a node is, as it is configured. */
final class HazelcastMember {

    private static final int PORTS = 100;

    private HazelcastMember() {}

    /** Starts it and waits until it has joined; blocks. */
    static HazelcastInstance start(Cluster cluster) {
        return Hazelcast.newHazelcastInstance(config(cluster));
    }

    private static Config config(Cluster cluster) {
        Config config = new Config().setClusterName(cluster.name());
        config.setProperty("hazelcast.logging.type", "jdk");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.getNetworkConfig().setPort(cluster.port()).setPortCount(PORTS);
        if (!cluster.host().isEmpty()) {
            config.setProperty("hazelcast.socket.bind.any", "false");
            config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(cluster.host());
        }
        join(config.getNetworkConfig().getJoin(), cluster.join());
        return HazelcastCluster.prepare(config);
    }

    private static void join(JoinConfig join, Join ways) {
        join.getAutoDetectionConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(!ways.tcp().isEmpty()).setMembers(ways.tcp());
        join.getMulticastConfig().setEnabled(!ways.multicast().isEmpty());
        if (!ways.multicast().isEmpty()) {
            String[] groupAndPort = ways.multicast().split(":", 2);
            join.getMulticastConfig()
                    .setMulticastGroup(groupAndPort[0])
                    .setMulticastPort(Integer.parseInt(groupAndPort[1]));
        }
        if (!ways.kubernetesDns().isEmpty()) {
            join.getKubernetesConfig().setEnabled(true).setProperty("service-dns", ways.kubernetesDns());
        }
        if (!ways.kubernetesService().isEmpty()) {
            join.getKubernetesConfig().setEnabled(true).setProperty("service-name", ways.kubernetesService());
        }
    }
}
