package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.exchange.api.ErrorCode;
import io.exchange.controller.cluster.ClusterTerms;
import io.exchange.controller.cluster.ClusterView;
import io.exchange.controller.cluster.NodeAddress;
import io.exchange.controller.cluster.Registration;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The nodes of a cluster: each keeps a record of itself in a map, and is there while the member of Hazelcast is that it
 * names. Confined to a context of its own, but for what it says of the last state.
 */
public final class HazelcastView implements ClusterView {

    /**
     * What a node says of itself.
     *
     * @param nodeId its id, one for each process life
     * @param address where it can be reached
     * @param settleMillis for how long records that are created anew settle first after a member was lost or the cluster
     *     began: as long as connectors may hold what was granted before; 0 for never
     * @param freshStart whether there is nothing that connectors may hold from before the first node of the cluster
     * @param terms what it relies on to be the same on all nodes
     */
    public record Self(String nodeId, NodeAddress address, long settleMillis, boolean freshStart, ClusterTerms terms) {}

    private static final Logger LOG = System.getLogger("io.exchange.controller.Cluster");
    private static final int MOST_WRITES = 5;
    private static final long TICK_MILLIS = 1_000;
    private static final int TICKS_PER_REFRESH = 5;

    private final HazelcastInstance hazelcast;
    private final Vertx vertx;
    private final ContextInternal context;
    private final Self self;
    private final IMap<String, NodeRecord> map;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> undo = new ArrayList<>();
    private final KnownNodes known;
    private volatile NodeRecord own;
    private volatile Map<String, Node> nodes = Map.of();
    private volatile Set<String> seenMembers = Set.of();
    private volatile Set<String> foundOnJoining = Set.of();
    private long timer = -1;
    private int ticks;
    private boolean written = true;

    private HazelcastView(Vertx vertx, HazelcastInstance hazelcast, Self self) {
        this.hazelcast = hazelcast;
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.self = self;
        this.map = hazelcast.getMap(ClusterSettings.NODES);
        this.known = new KnownNodes(self.nodeId());
        this.own = new NodeRecord(
                self.nodeId(), localMember(), self.address(), now(), 1, 0, 0, false, false, Optional.of(self.terms()));
    }

    /**
     * Joins the nodes of a cluster.
     *
     * @param vertx where it runs
     * @param hazelcast a member that was started with {@link ClusterSettings#prepare}
     * @param self what the node says of itself
     * @return completes when the others can see this node, and it them; fails with INVALID if another node was started with
     *     other terms
     */
    public static Future<HazelcastView> join(Vertx vertx, HazelcastInstance hazelcast, Self self) {
        HazelcastView view = new HazelcastView(vertx, hazelcast, self);
        return vertx.executeBlocking(view::begin, false)
                .recover(failure -> view.close().transform(closed -> Future.failedFuture(failure)))
                .compose(begun -> view.onContext(() -> view.begun(begun)));
    }

    /** Blocks: registers, and gives who was there before. */
    private Map<String, NodeRecord> begin() {
        UUID entries = map.addEntryListener(new NodeListener(), true);
        UUID members = hazelcast.getCluster().addMembershipListener(new MemberListener());
        UUID lifecycle = hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleState.MERGING) {
                context.runOnContext(nothing -> listeners.forEach(Listener::merging));
            } else if (event.getState() == LifecycleState.MERGED) {
                context.runOnContext(nothing -> merged());
            }
        });
        undo.add(() -> map.removeEntryListener(entries));
        undo.add(() -> hazelcast.getCluster().removeMembershipListener(members));
        undo.add(() -> hazelcast.getLifecycleService().removeLifecycleListener(lifecycle));
        try {
            return enter();
        } catch (RuntimeException e) {
            withdraw();
            throw e;
        }
    }

    /** Blocks. */
    private void withdraw() {
        if (hazelcast.getLifecycleService().isRunning()) {
            undo.forEach(Runnable::run);
            if (map.containsKey(self.nodeId())) { // others may have seen it
                keep(own.withLeft().withNextRevision());
            }
        }
    }

    /** Blocks. Looks before others can see this node, and again when they can, as another may have come meanwhile. */
    private Map<String, NodeRecord> enter() {
        Map<String, NodeRecord> there = read();
        List<NodeRecord> present = requireSameTerms(there);
        foundOnJoining = present.stream().map(NodeRecord::nodeId).collect(Collectors.toUnmodifiableSet());
        if (present.isEmpty() && !self.freshStart()) {
            own = own.withSettlingUntil(now() + self.settleMillis());
        }
        keep(own);
        there = read();
        requireSameTerms(there);
        return there;
    }

    /** Blocks. What a backup has not acknowledged, as when a member has just left, is written again: that changes nothing. */
    private void keep(NodeRecord record) {
        for (int left = MOST_WRITES; left > 0; left--) {
            try {
                map.set(self.nodeId(), record);
                return;
            } catch (IndeterminateOperationStateException e) {
                if (left == 1) {
                    throw e;
                }
            }
        }
    }

    private Map<String, NodeRecord> read() {
        return map.getAll(new HashSet<>(map.keySet()));
    }

    /** Gives the nodes that are there. */
    private List<NodeRecord> requireSameTerms(Map<String, NodeRecord> there) {
        List<NodeRecord> present = KnownNodes.present(there.values(), members());
        List<String> differences = new ArrayList<>();
        for (NodeRecord node : present) {
            node.terms().ifPresent(terms -> differences.addAll(self.terms().differences(terms, node.nodeId())));
        }
        if (!differences.isEmpty()) {
            throw ErrorCode.INVALID.notExecuted(
                    "this node does not join, as what must be the same on all nodes differs:\n- "
                            + String.join("\n- ", differences)
                            + "\nSet it as on the others; or, to change it, stop all nodes"
                            + " and start them with the new value when none is left, with a shorter lease only after the old one");
        }
        return present;
    }

    private HazelcastView begun(Map<String, NodeRecord> there) {
        there.values().forEach(known::add);
        known.add(own);
        timer = vertx.setPeriodic(TICK_MILLIS, id -> context.runOnContext(nothing -> tick()));
        recompute();
        return this;
    }

    @Override
    public void drain() {
        context.runOnContext(nothing -> change(own.withDraining()));
    }

    private <T> Future<T> onContext(Supplier<T> task) {
        Promise<T> done = Promise.promise();
        context.runOnContext(nothing -> done.complete(task.get()));
        return done.future();
    }

    @Override
    public String nodeId() {
        return self.nodeId();
    }

    @Override
    public Map<String, Node> nodes() {
        return nodes;
    }

    @Override
    public Set<String> foundOnJoining() {
        return foundOnJoining;
    }

    /**
     * Until when records that are created anew settle first, as any node that is there knows it.
     *
     * @return cluster time in milliseconds, which may be past
     */
    public long settlingUntil() {
        return known.settlingUntil();
    }

    @Override
    public Registration listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Future<Void> refresh() {
        return vertx.executeBlocking(this::readAll, false)
                .recover(e -> Future.failedFuture(ErrorCode.INTERNAL.notExecuted("the nodes were not read: " + e)))
                .compose(read -> onContext(() -> refreshed(read)));
    }

    /** Blocks: reads all, and drops who was not there for a while. */
    private Map<String, NodeRecord> readAll() {
        Map<String, NodeRecord> read = read();
        for (NodeRecord gone : known.goneSince(read.values(), members())) {
            boolean removed = map.remove(gone.nodeId(), gone);
            LOG.log(Level.DEBUG, "node {0} is forgotten: {1}", gone.nodeId(), removed);
        }
        return read;
    }

    private Void refreshed(Map<String, NodeRecord> read) {
        known.replace(read, members());
        written = own.equals(read.get(self.nodeId()));
        recompute();
        return null;
    }

    private void tick() {
        if (timer == -1) {
            return;
        }
        if (!written) {
            write();
        }
        ticks++;
        if (ticks % TICKS_PER_REFRESH == 0) {
            refresh().onFailure(e -> LOG.log(Level.WARNING, "the nodes could not be read; they will be again", e));
        }
        recompute();
    }

    private void merged() {
        LOG.log(Level.INFO, "node {0} was on the smaller side of a split and has joined again", self.nodeId());
        listeners.forEach(Listener::merging);
        change(own.withMember(localMember()));
        refresh().onFailure(e -> LOG.log(Level.WARNING, "the nodes could not be read; they will be again", e));
    }

    private void memberLost() {
        change(own.withSettlingUntil(now() + self.settleMillis()));
        recompute();
    }

    private void change(NodeRecord next) {
        if (!next.equals(own)) {
            own = next.withNextRevision();
            known.add(own);
            write();
        }
    }

    private void write() {
        written = true;
        map.setAsync(self.nodeId(), own)
                .whenCompleteAsync(
                        (nothing, failure) -> {
                            if (failure != null) {
                                LOG.log(Level.WARNING, "a node could not write its record; it will again", failure);
                                context.runOnContext(again -> written = false);
                            }
                        },
                        Runnable::run);
    }

    private void recompute() {
        Map<String, Node> before = nodes;
        Set<String> members = members();
        seenMembers = members;
        Map<String, Node> after = known.nodes(members);
        nodes = after;
        for (String nodeId : before.keySet()) {
            if (!after.containsKey(nodeId) && !nodeId.equals(self.nodeId())) {
                LOG.log(Level.INFO, "node {0} has left", nodeId);
                listeners.forEach(listener -> listener.nodeLeft(nodeId));
            }
        }
        for (Node node : after.values()) {
            if (!before.containsKey(node.nodeId()) && !node.nodeId().equals(self.nodeId())) {
                LOG.log(Level.INFO, "node {0} has joined", node.nodeId());
                listeners.forEach(listener -> listener.nodeJoined(node));
            }
        }
    }

    @Override
    public boolean isCurrent() {
        return members().equals(seenMembers);
    }

    private Set<String> members() {
        Set<String> ids = new HashSet<>();
        for (Member member : hazelcast.getCluster().getMembers()) {
            ids.add(member.getUuid().toString());
        }
        return ids;
    }

    private String localMember() {
        return hazelcast.getCluster().getLocalMember().getUuid().toString();
    }

    private long now() {
        return hazelcast.getCluster().getClusterTime();
    }

    @Override
    public Future<Void> close() {
        return onContext(this::leave).compose(nothing -> vertx.executeBlocking(this::end, false));
    }

    private Void leave() {
        if (timer != -1) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
        own = own.withLeft().withNextRevision();
        return null;
    }

    /** Blocks. */
    private Void end() {
        if (hazelcast.getLifecycleService().isRunning()) {
            undo.forEach(Runnable::run);
            keep(own);
        }
        listeners.clear();
        return null;
    }

    private final class NodeListener
            implements EntryAddedListener<String, NodeRecord>,
                    EntryUpdatedListener<String, NodeRecord>,
                    EntryMergedListener<String, NodeRecord> {

        @Override
        public void entryAdded(EntryEvent<String, NodeRecord> event) {
            heard(event.getValue());
        }

        @Override
        public void entryUpdated(EntryEvent<String, NodeRecord> event) {
            heard(event.getValue());
        }

        @Override
        public void entryMerged(EntryEvent<String, NodeRecord> event) {
            heard(event.getValue());
        }

        private void heard(NodeRecord record) {
            context.runOnContext(nothing -> {
                known.add(record);
                recompute();
            });
        }
    }

    private final class MemberListener implements MembershipListener {

        @Override
        public void memberAdded(MembershipEvent event) {
            context.runOnContext(nothing -> recompute());
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            context.runOnContext(nothing -> memberLost());
        }
    }
}
