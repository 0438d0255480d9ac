package io.exchange.examples.cluster;

import java.util.List;
import java.util.Random;

/** What a soak does to a cluster, to something that chance picks; and how it is undone. */
enum Fault {
    /** A node is killed, and started again. */
    KILL {
        @Override
        Repair strike(Cluster cluster, Random random, List<String> gateways) throws Exception {
            String node = pick(cluster, random);
            cluster.kill(node);
            return new Repair("kill -9 " + node, () -> cluster.startNode(node));
        }
    },
    /** A node is frozen, and thaws. */
    FREEZE {
        @Override
        Repair strike(Cluster cluster, Random random, List<String> gateways) throws Exception {
            String node = pick(cluster, random);
            cluster.freeze(node);
            return new Repair("freeze " + node, () -> cluster.thaw(node));
        }
    },
    /** A node is drained and stopped, and started again. */
    RESTART {
        @Override
        Repair strike(Cluster cluster, Random random, List<String> gateways) throws Exception {
            String node = pick(cluster, random);
            cluster.stopNode(node);
            return new Repair("drain and stop " + node, () -> cluster.startNode(node));
        }
    },
    /** Some gateways crash, and come back as new processes do. */
    CRASH {
        @Override
        Repair strike(Cluster cluster, Random random, List<String> gateways) {
            List<String> crashed =
                    gateways.stream().filter(gateway -> random.nextInt(4) == 0).toList();
            crashed.forEach(cluster::crashConnector);
            return new Repair("crash of " + crashed.size() + " gateways", () -> crashed.forEach(cluster::attachAgain));
        }
    },
    /** A node is cut off from the others, which needs network namespaces, and is joined to them again. */
    PARTITION {
        @Override
        Repair strike(Cluster cluster, Random random, List<String> gateways) throws Exception {
            String node = pick(cluster, random);
            cluster.partition(node);
            return new Repair("partition of " + node, cluster::heal);
        }
    };

    /** Undoes something. */
    interface Undo {

        void run() throws Exception;
    }

    /**
     * How a fault is undone.
     *
     * @param what what was done
     * @param undo undoes it
     */
    record Repair(String what, Undo undo) {}

    /**
     * Strikes.
     *
     * @param cluster the cluster, whole
     * @param random what decides whom it hits
     * @param gateways the ids of the connectors that are there
     */
    abstract Repair strike(Cluster cluster, Random random, List<String> gateways) throws Exception;

    private static String pick(Cluster cluster, Random random) {
        List<String> running = cluster.running().stream().sorted().toList();
        return running.get(random.nextInt(running.size()));
    }
}
