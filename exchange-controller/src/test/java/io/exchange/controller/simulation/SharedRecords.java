package io.exchange.controller.simulation;

import io.exchange.controller.cluster.Directory;
import io.exchange.controller.primary.Ghosts;
import io.exchange.controller.primary.NodeLease;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** The surroundings of a node whose records are in one place that nothing splits, some way off. */
final class SharedRecords implements Surroundings {

    private final Episode episode;
    private final World world;
    private final Directory directory;
    private final Map<String, Long> lastTold = new HashMap<>();
    private final Map<String, Long> lastSubmitted = new HashMap<>();
    private SimNode node;
    private NodeLease lease;

    SharedRecords(Episode episode, Directory directory) {
        this.episode = episode;
        this.world = episode.world;
        this.directory = directory;
    }

    @Override
    public void begin(SimNode begun) {
        node = begun;
        lease = episode.setup.nodes() == 1
                ? NodeLease.alone(Duration.ofNanos(Episode.LEASE))
                : NodeLease.member(
                        1, Duration.ofNanos(Episode.LEASE), Duration.ofNanos(Episode.DETECTION), node.nanos());
        directory.listen((before, after) -> hint(after));
        node.after(World.SECOND, this::tick);
        node.after(world.between(0, Episode.LOOK), this::reconcile);
    }

    @Override
    public long clusterTime() {
        return directory.clusterTime();
    }

    @Override
    public long grantableNanos(long now) {
        return lease.grantableNanos(now);
    }

    @Override
    public boolean answersTell() {
        return true;
    }

    private void tick() {
        lease = lease.tick(node.nanos());
        if (lease.stopped()) {
            episode.restart(node);
        } else {
            node.after(World.SECOND, this::tick);
        }
    }

    @Override
    public Future<Verdict> submit(String targetId, TargetEvent event) {
        Promise<Verdict> answer = Promise.promise();
        long at = Math.max(lastSubmitted.getOrDefault(targetId, 0L), world.now() + way());
        lastSubmitted.put(targetId, at);
        boolean lost = world.chance(episode.faults(0.01));
        boolean answerLost = world.chance(episode.faults(0.01));
        world.at(at, node, () -> {
            if (world.chance(episode.faults(0.02))) {
                world.at(world.now() + world.about(World.SECOND), node, () -> submitTwice(targetId, event));
            }
            if (!lost) {
                Verdict verdict = directory.submit(targetId, event).result();
                if (!answerLost) {
                    world.at(world.now() + way(), node, () -> answer.complete(verdict));
                }
            }
        });
        return answer.future();
    }

    @Override
    public Future<TargetRecord> confirm(String targetId) {
        Promise<TargetRecord> answer = Promise.promise();
        directory.read(targetId).onSuccess(read -> world.at(world.now() + way(), node, () -> answer.complete(read)));
        return answer.future();
    }

    /** A cluster may apply an event again, and later than the ones after it. */
    private void submitTwice(String targetId, TargetEvent event) {
        episode.require(directory.submit(targetId, event).succeeded(), "submitted");
    }

    private long way() {
        return episode.setup.nodes() == 1 && !world.chance(0.3) ? 0 : world.about(2 * World.MILLI);
    }

    private void hint(TargetRecord record) {
        if (node.isDead() || world.chance(episode.faults(0.02))) {
            return;
        }
        long at = Math.max(lastTold.getOrDefault(record.targetId(), 0L), world.now() + way());
        lastTold.put(record.targetId(), at);
        world.at(at, node, () -> node.reconcile(record));
    }

    /** The periodic loop: heals what events did not. */
    private void reconcile() {
        Set<String> targets = new TreeSet<>(node.targets());
        directory.snapshot().forEach(record -> targets.add(record.targetId()));
        for (String target : targets) {
            TargetRecord record = Objects.requireNonNull(directory.read(target).result());
            node.audit(record);
            List<TargetEvent> events =
                    new ArrayList<>(Ghosts.events(record, node.nodeId, node::isHere, directory.clusterTime()));
            events.add(new TargetEvent.Swept(directory.clusterTime()));
            events.forEach(event -> submitTwice(record.targetId(), event));
        }
        node.after(world.between(Episode.LOOK / 2, Episode.LOOK), this::reconcile);
    }
}
