package io.exchange.controller.simulation;

import io.exchange.api.Grant;
import io.exchange.api.Roles;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.MemoryDirectory;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A few minutes in the life of a controller, or of a few that share a directory, and of connectors: first with faults,
 * then without. At each step {@link Invariants} hold; and when the faults have been over for {@link #CALM} every slot has
 * its holder, and records, nodes and connectors agree.
 */
final class Episode implements Scenario {

    static final long LEASE = 10 * World.SECOND;
    static final long HEARTBEAT = 3 * World.SECOND;
    static final long GRACE = 30 * World.SECOND;
    static final long DETECTION = 4 * World.SECOND;
    /** How often at least a node compares the records with what it knows. */
    static final long LOOK = 4 * World.SECOND;

    static final long FAULTS = 150 * World.SECOND;
    /** The longest pause, a silence, a lease, a grace, and some more for what begins with the last of them. */
    static final long CALM = 100 * World.SECOND;

    private static final String TARGET = "target";
    private static final long EPOCH_MILLIS = 1_700_000_000_000L;

    final Setup setup;
    final World world;
    private final Invariants invariants;
    private final SimProcess cluster;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<SimConnector> connectors = new ArrayList<>();
    private final Set<SimNode> lost = new HashSet<>();
    private final Tally tally;
    private SimDirectory directory;
    private long ids;

    Episode(Setup setup) {
        this.setup = setup;
        this.invariants = new Invariants(this, connectors, true);
        this.world = new World(setup.seed(), FAULTS, invariants::check);
        this.tally = new Tally(world);
        this.cluster = new SimProcess(world, setup.skew());
        this.directory = new SimDirectory(this::newDirectory, 0, tally);
        for (int i = 0; i < setup.nodes(); i++) {
            nodes.add(new SimNode(this, nextId("node"), new SharedRecords(this, directory)));
        }
        for (int i = 0; i < setup.connectors(); i++) {
            startConnector("connector-" + i);
        }
    }

    /** Runs it all; fails with the seed. Returns how many steps it took. */
    long run() {
        world.at(0, cluster, this::fault);
        world.runUntil(FAULTS);
        nodes.stream().filter(SimProcess::isDead).toList().forEach(this::restart);
        connectors.forEach(connector -> connector.healthy(true));
        world.runUntil(FAULTS + CALM);
        new Agreement(this, TARGET, directory.lookup(TARGET)).check(connectors, nodes);
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

    Tally tally() {
        return tally;
    }

    @Override
    public String nextId(String kind) {
        return String.format("%s-%08d", kind, ++ids);
    }

    @Override
    public SimNode anyNode() {
        return nodes.get(world.random.nextInt(nodes.size()));
    }

    // --- faults

    private void fault() {
        if (world.now() >= FAULTS) {
            return;
        }
        SimConnector connector = connectors.get(world.random.nextInt(connectors.size()));
        int kind = world.random.nextInt(100);
        world.tell("fault", kind, connector.sessionId);
        if (kind < 30) {
            connector.cutChannel();
        } else if (kind < 45) {
            connector.pause(pauseLength());
        } else if (kind < 52) {
            pauseNode(anyNode());
        } else if (kind < 55) {
            crash(anyNode());
        } else if (kind < 70) {
            connector.healthy(!connector.isHealthy());
        } else if (kind < 78) {
            connector.changeRoles(world.chance(0.5) ? Set.of(Roles.PRIMARY, "other") : Set.of("other"));
        } else if (kind < 85) {
            move();
        } else if (kind < 86) {
            directory.lose(settleMillis());
        } else if (kind < 90) {
            connector.turnAway();
        } else {
            replace(connector);
        }
        world.at(world.now() + world.about(2 * World.SECOND), cluster, this::fault);
    }

    private long pauseLength() {
        return world.chance(0.7) ? world.between(0, 3 * World.SECOND) : world.between(0, 25 * World.SECOND);
    }

    private void pauseNode(SimNode node) {
        long length = pauseLength();
        node.pause(length);
        if (setup.nodes() > 1 && length > DETECTION * 21 / 20) {
            world.at(world.now() + DETECTION * 21 / 20, cluster, () -> giveUp(node));
        }
    }

    private void crash(SimNode node) {
        if (!node.isDead()) {
            node.crash();
            cluster.after(world.about(2 * World.SECOND), () -> restart(node));
            if (setup.nodes() > 1) {
                cluster.after(DETECTION, () -> giveUp(node));
            }
        }
    }

    /** What remains of the cluster cleans up after a node. */
    private void giveUp(SimNode node) {
        if (lost.add(node)) {
            submitToAll(new TargetEvent.NodeLost(node.nodeId, directory.clusterTime()));
            cluster.after(LEASE + LEASE / 100, () -> {
                submitToAll(new TargetEvent.NodeLeaseOver(node.nodeId, directory.clusterTime()));
                cluster.after(GRACE, () -> endSessionsOf(node));
            });
        }
    }

    /** Again and again: an event that comes late may name a dead node. */
    private void endSessionsOf(SimNode node) {
        for (SessionRecord session : directory.lookup(TARGET).sessions()) {
            if (session.attach().nodeId().equals(node.nodeId)) {
                submitToAll(new TargetEvent.NodeLost(node.nodeId, directory.clusterTime()));
                submitToAll(new TargetEvent.NodeLeaseOver(node.nodeId, directory.clusterTime()));
                submitToAll(new TargetEvent.Ended(session.id(), session.attach().number(), directory.clusterTime()));
            }
        }
        cluster.after(LOOK, () -> endSessionsOf(node));
    }

    /** A new process takes the place of a node; where there is only one, the records are gone with the old one. */
    void restart(SimNode node) {
        if (!node.isDead()) {
            node.crash();
            cluster.after(DETECTION, () -> giveUp(node));
        }
        if (nodes.contains(node)) {
            if (setup.nodes() == 1) {
                directory = new SimDirectory(this::newDirectory, settleMillis(), tally);
            }
            nodes.set(nodes.indexOf(node), new SimNode(this, nextId("node"), new SharedRecords(this, directory)));
        }
    }

    /** As long as a holder may be unknown: until its node has looked, or its lease is over. */
    private long settleMillis() {
        return makes(Mutation.NOT_SETTLED) ? 0 : (LEASE + LEASE / 50 + 2 * LOOK) / World.MILLI;
    }

    private void move() {
        TargetRecord record = directory.lookup(TARGET);
        for (SessionRecord holder : record.holders(Roles.PRIMARY)) {
            for (Grant grant : record.grants(holder.id())) {
                submitToAll(new TargetEvent.MoveRequested(grant, directory.clusterTime()));
            }
        }
    }

    private void submitToAll(TargetEvent event) {
        require(directory.submit(TARGET, event).succeeded(), "submitted");
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
        startConnector(connector.connectorId);
    }

    private void startConnector(String connectorId) {
        SimConnector connector =
                new SimConnector(this, TARGET, connectorId, nextId("session"), Set.of(Roles.PRIMARY, "other"));
        connectors.add(connector);
        connector.start();
    }

    private Directory newDirectory(long settleMillis) {
        ElectionRules rules = new ElectionRules(Map.of(Roles.PRIMARY, setup.slots()), 1, true);
        Directory created = makes(Mutation.TERM_REUSED)
                ? new TermReusingDirectory(rules, this::clusterTime)
                : new MemoryDirectory(rules, this::clusterTime, settleMillis);
        created.listen(invariants::changed);
        return created;
    }

    private long clusterTime() {
        return EPOCH_MILLIS + world.now() / World.MILLI;
    }
}
