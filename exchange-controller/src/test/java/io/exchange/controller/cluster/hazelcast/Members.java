package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Members of one cluster in this JVM, on loopback, that find each other by a list and nobody else. */
public final class Members implements AutoCloseable {

    private static final int FIRST_PORT = 25_700;

    private final String name = "test-" + UUID.randomUUID();
    private final List<HazelcastInstance> started = new ArrayList<>();

    /** Starts a member, and waits until it has joined those that are there. */
    public HazelcastInstance start() {
        return start(config());
    }

    /** Starts a member with a configuration made from {@link #config()}. */
    public HazelcastInstance start(Config config) {
        HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
        started.add(member);
        return member;
    }

    /** A configuration of a member of this cluster, prepared. */
    public Config config() {
        return ClusterSettings.prepare(bare());
    }

    /** A configuration of a member of this cluster, not prepared. */
    Config bare() {
        Config config = new Config();
        config.setClusterName(name);
        config.setProperty("hazelcast.logging.type", "none");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.partition.count", "31");
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        config.getNetworkConfig().setPort(FIRST_PORT).setPortAutoIncrement(true).setPortCount(100);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true);
        for (HazelcastInstance there : started) {
            config.getNetworkConfig()
                    .getJoin()
                    .getTcpIpConfig()
                    .addMember("127.0.0.1:"
                            + there.getCluster().getLocalMember().getAddress().getPort());
        }
        return config;
    }

    /** One of those that run, from the oldest. */
    HazelcastInstance started(int index) {
        return started.get(index);
    }

    /** Ends a member like a process that is killed. */
    void kill(HazelcastInstance member) {
        started.remove(member);
        member.getLifecycleService().terminate();
    }

    @Override
    public void close() {
        started.forEach(member -> member.getLifecycleService().terminate());
    }
}
