package io.exchange.controller.simulation;

import io.exchange.controller.cluster.HeldAttaches;
import io.exchange.controller.cluster.LeaseAnswers;
import io.exchange.controller.cluster.LeaseRounds;
import io.exchange.controller.cluster.NodeCalls;
import io.exchange.controller.cluster.Reconciler;
import io.exchange.controller.cluster.hazelcast.SimulatedDirectory;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One process life of a node as a member of a cluster: its view, its lease, its index, its loop. */
final class SimMember implements Surroundings, NodeCalls, SimulatedDirectory.Keeper, HeldAttaches {

    /** How long records settle that are created after a loss: as the nodes have it. */
    private static final long SETTLE_MILLIS = (Episode.LEASE + Episode.LEASE / 100) / World.MILLI;

    private static final LeaseRounds.Terms TERMS_OF_ONE =
            new LeaseRounds.Terms(1, Duration.ofNanos(Episode.LEASE), Duration.ofNanos(Episode.DETECTION));

    private final ClusterEpisode episode;
    private final SimCluster cluster;
    private final World world;
    private final String nodeId;
    private final long clockError;
    private final Map<String, Long> lanesTo = new HashMap<>();
    private final Map<String, Long> lanesFrom = new HashMap<>();
    private final SimulatedDirectory directory;
    private MemberView view;
    private SimNode node;
    private LeaseRounds rounds;
    private Side side;
    private int network;
    private long settlingUntil;

    SimMember(ClusterEpisode episode, SimCluster cluster, String nodeId, int network) {
        this.episode = episode;
        this.cluster = cluster;
        this.world = episode.world();
        this.nodeId = nodeId;
        this.network = network;
        this.clockError = world.between(-200, 200);
        this.directory = new SimulatedDirectory(
                this,
                new SimulatedDirectory.Parts(
                        episode.rules(),
                        this::mayElect,
                        this::settlingUntil,
                        SETTLE_MILLIS,
                        !episode.makes(Mutation.SETTLING_SKIPPED),
                        this::clusterTime));
    }

    @Override
    public void begin(SimNode begun) {
        node = begun;
        view = new MemberView(this, node);
        side = cluster.admit(this);
        boolean first = side.members.size() == 1;
        if (first && world.now() > 0) {
            settlingUntil = clusterTime() + SETTLE_MILLIS;
        }
        side.members.forEach(member -> settlingUntil = Math.max(settlingUntil, member.settlingUntil));
        view.begin(side.members);
        rounds = new LeaseRounds(view, this, terms(), node::nanos, Runnable::run);
        side.records().values().forEach(directory::hear);
        directory.listen((before, after) -> node.reconcile(after));
        tick();
        startLoop();
        cluster.joined(side);
    }

    private LeaseRounds.Terms terms() {
        return new LeaseRounds.Terms(episode.quorum(), TERMS_OF_ONE.lease(), TERMS_OF_ONE.detection());
    }

    private void tick() {
        rounds.tick();
        node.after(TERMS_OF_ONE.tickEvery().toNanos(), this::tick);
    }

    private void startLoop() {
        if (episode.makes(Mutation.NEVER_RECONCILED)) {
            return;
        }
        Reconciler loop = new Reconciler(
                ManualContext.of(node),
                new Reconciler.Parts(directory, view, this, this::isLeaseOver, this::mayElect, episode.rules()),
                new Reconciler.Times(
                        Duration.ofNanos(Episode.LOOK),
                        Duration.ofNanos(Episode.LEASE),
                        Duration.ofNanos(Episode.GRACE)),
                node::nanos);
        rounds.onLeaseOver(gone -> loop.soon());
        rounds.onLease(loop::soon);
        loop.soon();
    }

    private boolean isLeaseOver(String gone) {
        return episode.makes(Mutation.FENCE_DOES_NOT_WAIT) ? !view.nodes().containsKey(gone) : rounds.isLeaseOver(gone);
    }

    private boolean mayElect() {
        return isCareless() || rounds.mayElect();
    }

    private boolean isCareless() {
        return episode.makes(Mutation.THAWED_NODE_RENEWS) && episode.quorum() == 1;
    }

    // --- as others see it

    String nodeId() {
        return nodeId;
    }

    SimNode node() {
        return node;
    }

    int network() {
        return network;
    }

    void network(int next) {
        network = next;
    }

    boolean isRunning() {
        return node.isRunning();
    }

    boolean isDead() {
        return node.isDead();
    }

    boolean reaches(SimMember other) {
        return network == other.network && !isDead() && !other.isDead();
    }

    Optional<Side> side() {
        return Optional.ofNullable(side);
    }

    void isOn(Side next) {
        side = next;
    }

    /** Its side is merged into another. */
    void movesTo(Side next) {
        side = next;
        view.merging();
    }

    /** Its view changes: at once with the map if members were lost, as both follow one list, and else after a while. */
    void looksAround(boolean lost, long lag) {
        long wait = lost ? 0 : lag;
        later(wait, () -> {
            if (lost) {
                settlingUntil = clusterTime() + SETTLE_MILLIS;
            }
            side().ifPresent(one -> view.set(one.members));
        });
    }

    /** The members of these names. */
    List<SimMember> known(Collection<String> nodeIds) {
        return nodeIds.stream().flatMap(id -> cluster.member(id).stream()).toList();
    }

    void later(long nanos, Runnable action) {
        world.at(world.now() + nanos, node, action);
    }

    long laneTo(String targetId, long at) {
        return lanesTo.merge(targetId, at, Math::max);
    }

    long laneFrom(String targetId, long at) {
        return lanesFrom.merge(targetId, at, Math::max);
    }

    void hear(TargetRecord before, TargetRecord after) {
        if (after == null) {
            directory.hearGone(before);
        } else {
            directory.hear(after);
        }
    }

    private long settlingUntil() {
        return settlingUntil;
    }

    // --- what its node has of the cluster

    @Override
    public long clusterTime() {
        return ClusterEpisode.EPOCH_MILLIS + world.now() / World.MILLI + clockError;
    }

    @Override
    public long grantableNanos(long now) {
        return isCareless() ? Episode.LEASE : rounds.grantableNanos(now);
    }

    @Override
    public Future<Verdict> submit(String targetId, TargetEvent event) {
        return directory.submit(targetId, event);
    }

    @Override
    public Future<TargetRecord> confirm(String targetId) {
        return directory.confirm(targetId);
    }

    @Override
    public boolean answersTell() {
        return false;
    }

    // --- questions about leases

    @Override
    public Future<Boolean> ask(String asked, Question question, String about) {
        Promise<Boolean> answer = Promise.promise();
        cluster.member(asked)
                .filter(other -> other.node != null && reaches(other))
                .ifPresent(other -> {
                    other.later(way(), () -> {
                        if (!reaches(other) || other.rounds == null) {
                            return;
                        }
                        boolean yes = LeaseAnswers.of(other.rounds).answer(question, nodeId, about);
                        later(way(), () -> {
                            if (reaches(other)) {
                                answer.tryComplete(yes);
                            }
                        });
                    });
                });
        return answer.future();
    }

    private long way() {
        return world.about(3 * World.MILLI);
    }

    @Override
    public Future<Void> serve(Answerer answerer) {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    // --- the map

    @Override
    public <T> Future<T> ask(String targetId, Function<Map.Entry<String, TargetRecord>, T> question) {
        return cluster.ask(this, targetId, question);
    }

    @Override
    public Future<Map<String, TargetRecord>> all() {
        return cluster.all(this);
    }

    @Override
    public boolean isKeptHere(String targetId) {
        return side().flatMap(one -> one.ownerOf(targetId)).equals(Optional.of(this));
    }

    @Override
    public void applied(TargetEvent event, Verdict verdict) {
        episode.tally().count(event, verdict);
    }

    // --- what it holds

    @Override
    public Collection<String> targets() {
        return List.copyOf(node.targets());
    }

    @Override
    public boolean isHere(Attach attach) {
        return node.isHere(attach);
    }

    @Override
    public void audit(TargetRecord record) {
        node.audit(record);
    }
}
