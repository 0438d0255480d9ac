package io.exchange.controller.simulation;

import io.exchange.api.Grant;
import io.exchange.api.Roles;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A few minutes in the life of several nodes, each with its own sight of the others and of the records, and of connectors:
 * first with faults, then without. At each step {@link Invariants} hold; when the faults have been over for {@link #CALM}
 * all are one cluster again, in which {@link Agreement} is.
 */
final class ClusterEpisode implements Scenario {

    static final long EPOCH_MILLIS = 1_700_000_000_000L;

    /** That of one node, and what a split takes to be healed and a node to be let in again. */
    private static final long CALM = Episode.CALM + 30 * World.SECOND;

    private static final List<String> TARGETS = List.of("target", "other target");

    private final Setup setup;
    private final boolean partitions;
    private final World world;
    private final Tally tally;
    private final Invariants invariants;
    private final SimProcess chance;
    private final SimCluster cluster;
    private final ElectionRules rules;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<SimMember> members = new ArrayList<>();
    private final List<SimConnector> connectors = new ArrayList<>();
    private final int quorum;
    private long ids;

    ClusterEpisode(Setup setup, boolean hasQuorum, boolean partitions) {
        this.setup = setup;
        this.partitions = partitions;
        this.quorum = hasQuorum ? setup.nodes() / 2 + 1 : 1;
        this.rules = new ElectionRules(Map.of(Roles.PRIMARY, setup.slots()), 1, true);
        this.invariants = new Invariants(this, connectors, hasQuorum || !partitions);
        this.world = new World(setup.seed(), Episode.FAULTS, invariants::check);
        this.tally = new Tally(world);
        this.chance = new SimProcess(world, 0);
        this.cluster = new SimCluster(this);
        for (int i = 0; i < setup.nodes(); i++) {
            startNode(-1);
        }
        for (int i = 0; i < setup.connectors(); i++) {
            startConnector(TARGETS.get(i % TARGETS.size()), "connector-" + i);
        }
    }

    /** Runs it all; fails with the seed. Returns how many steps it took. */
    long run() {
        chance.after(0, this::fault);
        world.runUntil(Episode.FAULTS);
        members.forEach(member -> member.network(0));
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).isDead()) {
                startNode(i);
            }
        }
        connectors.forEach(connector -> connector.healthy(true));
        world.runUntil(Episode.FAULTS + CALM);
        require(cluster.sideCount() == 1, "there are " + cluster.sideCount() + " sides");
        Map<String, TargetRecord> records = cluster.largest().orElseThrow().records();
        for (String target : TARGETS) {
            TargetRecord record = records.getOrDefault(target, TargetRecord.unknown(target));
            new Agreement(this, target, record).check(connectors, nodes);
        }
        return world.steps();
    }

    @Override
    public Setup setup() {
        return setup;
    }

    @Override
    public World world() {
        return world;
    }

    @Override
    public SimNode anyNode() {
        return nodes.get(world.random.nextInt(nodes.size()));
    }

    @Override
    public String nextId(String kind) {
        return String.format("%s-%08d", kind, ++ids);
    }

    Tally tally() {
        return tally;
    }

    ElectionRules rules() {
        return rules;
    }

    int quorum() {
        return quorum;
    }

    void changed(TargetRecord before, TargetRecord after) {
        invariants.changed(before, after);
    }

    private void startNode(int place) {
        int network = place < 0 ? 0 : members.get(place).network();
        SimMember member = new SimMember(this, cluster, nextId("node"), network);
        SimNode node = new SimNode(this, member.nodeId(), member);
        if (place < 0) {
            nodes.add(node);
            members.add(member);
        } else {
            nodes.set(place, node);
            members.set(place, member);
        }
    }

    private void startConnector(String target, String connectorId) {
        SimConnector connector =
                new SimConnector(this, target, connectorId, nextId("session"), Set.of(Roles.PRIMARY, "other"));
        connectors.add(connector);
        connector.start();
    }

    // --- faults

    private void fault() {
        if (world.now() >= Episode.FAULTS) {
            return;
        }
        int kind = world.random.nextInt(100);
        world.tell("fault", kind);
        if (kind < 60) {
            connectorFault(connectors.get(world.random.nextInt(connectors.size())));
        } else if (kind < 74) {
            freeze(world.random.nextInt(nodes.size()));
        } else if (kind < 80) {
            crash(world.random.nextInt(nodes.size()));
        } else if (kind < 88) {
            move();
        } else if (kind < 90) {
            crash(world.random.nextInt(nodes.size()));
            crash(world.random.nextInt(nodes.size()));
        } else if (partitions) {
            tally.count("partition");
            cluster.part(members, world.between(World.SECOND, 45 * World.SECOND));
        }
        chance.after(world.about(3 * World.SECOND), this::fault);
    }

    private void connectorFault(SimConnector connector) {
        int kind = world.random.nextInt(60);
        if (kind < 15) {
            connector.cutChannel();
        } else if (kind < 25) {
            connector.pause(pauseLength());
        } else if (kind < 35) {
            connector.healthy(!connector.isHealthy());
        } else if (kind < 41) {
            connector.changeRoles(world.chance(0.5) ? Set.of(Roles.PRIMARY, "other") : Set.of("other"));
        } else if (kind < 48) {
            connector.turnAway();
        } else {
            replace(connector);
        }
    }

    private long pauseLength() {
        return world.chance(0.6) ? world.between(0, 3 * World.SECOND) : world.between(0, 25 * World.SECOND);
    }

    private void freeze(int place) {
        tally.count("freeze");
        nodes.get(place).pause(pauseLength());
    }

    private void crash(int place) {
        SimNode node = nodes.get(place);
        if (!node.isDead()) {
            tally.count("crash");
            node.crash();
            chance.after(world.between(World.SECOND / 2, 15 * World.SECOND), () -> {
                if (nodes.get(place) == node) {
                    startNode(place);
                }
            });
        }
    }

    private void move() {
        SimMember member = members.get(world.random.nextInt(members.size()));
        for (TargetRecord record :
                cluster.largest().map(Side::records).orElse(Map.of()).values()) {
            for (var holder : record.holders(Roles.PRIMARY)) {
                for (Grant grant : record.grants(holder.id())) {
                    member.submit(record.targetId(), new TargetEvent.MoveRequested(grant, member.clusterTime()));
                }
            }
        }
    }

    /** A new life of a connector, while the old one is dead, or says good-bye, or goes on. */
    private void replace(SimConnector connector) {
        if (world.chance(0.4)) {
            connector.kill();
            connector.cutChannel();
        } else if (world.chance(0.6)) {
            connector.leave();
        }
        connectors.removeIf(SimConnector::isDead);
        startConnector(connector.targetId, connector.connectorId);
    }
}
