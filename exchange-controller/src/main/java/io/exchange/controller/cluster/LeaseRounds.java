package io.exchange.controller.cluster;

import io.exchange.controller.cluster.NodeCalls.Question;
import io.exchange.controller.primary.NodeLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Keeps the lease of this node by rounds that the others acknowledge, acknowledges theirs, and says when nothing holds any
 * more that a vanished node granted. Confined to the executor that it is given, but for what it says of the lease.
 *
 * <p>A node acknowledges only nodes that it sees and that nobody is giving up. So one that nobody sees runs out of its lease
 * where the quorum is more than itself; with a quorum of 1 it goes on, as each side of a split does, unless it is in doubt.
 */
public final class LeaseRounds {

    /**
     * What the nodes of a cluster agree on.
     *
     * @param quorum how many of the configured nodes must acknowledge, the node itself among them
     * @param lease the longest that anything is granted for
     * @param detection the failure-detection time of the cluster
     */
    public record Terms(int quorum, Duration lease, Duration detection) {

        /**
         * How often {@link #tick()} must be called at least.
         *
         * @return the time between two calls
         */
        public Duration tickEvery() {
            Duration shorter = lease.compareTo(detection) < 0 ? lease : detection;
            return shorter.dividedBy(8);
        }
    }

    private final ClusterView view;
    private final NodeCalls calls;
    private final Terms terms;
    private final long leaseNanos;
    private final LongSupplier nanoTime;
    private final Executor executor;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Fence> fences = new HashMap<>();
    private final Set<String> over = new HashSet<>();
    private final Map<String, Long> refusedUntil = new HashMap<>();
    private final List<Runnable> leaseListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Boolean>> changeListeners = new CopyOnWriteArrayList<>();
    private final Doubt doubt;
    private final Registration registration;
    private volatile NodeLease lease;
    private volatile long leaseSince;
    private volatile boolean doubting;
    private boolean hasLease;

    /**
     * The lease of a member of a cluster.
     *
     * @param view the nodes
     * @param calls how to ask them
     * @param terms what the nodes agree on
     * @param nanoTime the monotonic clock
     * @param executor runs one task after the other
     */
    public LeaseRounds(ClusterView view, NodeCalls calls, Terms terms, LongSupplier nanoTime, Executor executor) {
        this.view = view;
        this.calls = calls;
        this.terms = terms;
        this.leaseNanos = terms.lease().toNanos();
        this.nanoTime = nanoTime;
        this.executor = executor;
        long now = nanoTime.getAsLong();
        long patience = 3 * terms.detection().toNanos();
        this.doubt = new Doubt(terms.quorum() == 1, patience, view.foundOnJoining(), now);
        NodeLease first = NodeLease.member(terms.quorum(), terms.lease(), terms.detection(), now);
        this.doubting = doubt.isOfNewcomer();
        this.lease = doubting ? first.halted() : first;
        // one that needs nobody begins with a lease, and has a gap only after a doubt
        this.leaseSince = now - (terms.quorum() > 1 ? 0 : 2 * leaseNanos);
        this.registration = view.listen(new ViewListener());
    }

    /**
     * How long this node may grant and renew. Not for one lease after it came to a quorum: one of those that acknowledge it
     * now may have acknowledged a node on another side a moment ago, in this life or in one before. Nor, without a quorum, for
     * one lease after it was in doubt: what it keeps may not know what others granted meanwhile. Any thread.
     *
     * @param nowNanos the monotonic clock
     * @return nanoseconds from now; 0 if it may not
     */
    public long grantableNanos(long nowNanos) {
        boolean waits = nowNanos - leaseSince < leaseNanos + leaseNanos / Fence.MARGIN;
        return waits ? 0 : lease.grantableNanos(nowNanos);
    }

    /**
     * Whether this node may elect now. Any thread.
     *
     * @return whether it has a lease, and records that it can rely on
     */
    public boolean mayElect() {
        return !doubting && grantableNanos(nanoTime.getAsLong()) > 0;
    }

    /**
     * Adds a listener.
     *
     * @param listener is told once of each vanished node when nothing that it granted holds any more
     */
    public void onLeaseOver(Consumer<String> listener) {
        listeners.add(listener);
    }

    /**
     * Adds a listener.
     *
     * @param listener is told when this node may elect, having not been allowed to before
     */
    public void onLease(Runnable listener) {
        leaseListeners.add(listener);
    }

    /**
     * Adds a listener. Any thread.
     *
     * @param listener is told whether this node may elect: each time when that has changed, and at once if it may now
     */
    public void onLeaseChange(Consumer<Boolean> listener) {
        executor.execute(() -> {
            changeListeners.add(listener);
            if (hasLease) {
                listener.accept(true);
            }
        });
    }

    /**
     * Somebody waits for the lease of a node to be over. On the executor only; to be called again and again as long as it is
     * true.
     *
     * @param nodeId the node
     * @return whether it is
     */
    public boolean isLeaseOver(String nodeId) {
        if (view.nodes().containsKey(nodeId)) {
            return false;
        }
        fence(nodeId).wanted(nanoTime.getAsLong());
        return over.contains(nodeId);
    }

    /** Answers a question of another node. On the executor only. */
    boolean answer(Question question, String from, String about) {
        long now = nanoTime.getAsLong();
        if (question == Question.REFUSE) {
            return refuse(about, now);
        }
        boolean acknowledged = view.nodes().containsKey(from) && !isRefused(from, now);
        return acknowledged && (question == Question.ACKNOWLEDGE || mayElect());
    }

    private boolean refuse(String nodeId, long now) {
        if (view.nodes().containsKey(nodeId)) {
            return false;
        }
        refusedUntil.put(nodeId, now + Fence.holdNanos(leaseNanos));
        return true;
    }

    private boolean isRefused(String nodeId, long now) {
        Long until = refusedUntil.get(nodeId);
        return until != null && now - until < 0;
    }

    /** Time has passed: asks for the next round, and goes on with what is waited for. On the executor only. */
    public void tick() {
        long now = nanoTime.getAsLong();
        boolean jumped = lease.jumped(now);
        lease = lease.tick(now);
        if (jumped) { // also one that was stopped before: while it stood still nobody could take it in
            doubting = true;
            doubt.begin(now);
        }
        noteGap(now);
        List<String> others = others();
        others.forEach(nodeId -> askRound(nodeId, now));
        fences.entrySet().removeIf(fence -> !fence.getValue().isWanted(now));
        over.retainAll(fences.keySet());
        refusedUntil.values().removeIf(until -> now - until >= 0);
        for (String vanished : List.copyOf(fences.keySet())) {
            advance(vanished, others, now);
        }
        rejoin(now);
        tellOfLease();
    }

    /** Called before anything can end the gap. */
    private void noteGap(long now) {
        if (lease.grantableNanos(now) == 0 && !doubt.isOfNewcomer()) {
            leaseSince = now;
        }
    }

    private void tellOfLease() {
        boolean had = hasLease;
        hasLease = mayElect();
        if (hasLease && !had) {
            leaseListeners.forEach(Runnable::run);
        }
        if (hasLease != had) {
            changeListeners.forEach(listener -> listener.accept(hasLease));
        }
    }

    private void askRound(String nodeId, long now) {
        ask(nodeId, Question.ACKNOWLEDGE, yes -> {
            if (yes) {
                noteGap(nanoTime.getAsLong());
                lease = lease.acknowledged(nodeId, now);
                doubt.acknowledged(nodeId, now);
            }
        });
        if (doubting) {
            ask(nodeId, Question.VOUCH, yes -> doubt.vouched(nodeId, yes, now, nanoTime.getAsLong()));
        }
    }

    private void ask(String nodeId, Question question, Consumer<Boolean> answer) {
        calls.ask(nodeId, question, view.nodeId())
                .onSuccess(yes -> executor.execute(() -> {
                    if (view.nodes().containsKey(nodeId)) {
                        answer.accept(yes);
                        rejoin(nanoTime.getAsLong());
                        tellOfLease();
                    }
                }));
    }

    private void rejoin(long now) {
        boolean newcomer = doubt.isOverForNewcomer();
        if (doubting && (newcomer || doubt.isOver(others(), now))) {
            doubt.end();
            if (!newcomer) {
                noteGap(now);
            }
            lease = lease.stopped() ? lease.rejoined(now) : lease;
            doubting = false;
        }
    }

    private Fence fence(String vanished) {
        return fences.computeIfAbsent(vanished, nodeId -> {
            long now = nanoTime.getAsLong();
            refusedUntil.put(nodeId, now + Fence.holdNanos(leaseNanos));
            return new Fence(leaseNanos, now);
        });
    }

    private void advance(String vanished, List<String> others, long now) {
        Fence fence = fence(vanished);
        refusedUntil.put(vanished, now + Fence.holdNanos(leaseNanos));
        for (String nodeId : others) {
            calls.ask(nodeId, Question.REFUSE, vanished)
                    .onSuccess(yes -> executor.execute(() -> {
                        if (yes) {
                            fence.refused(nodeId, now, nanoTime.getAsLong());
                        } else {
                            fence.acknowledged(nodeId);
                        }
                    }));
        }
        if (!fence.isOver(others, now)) {
            over.remove(vanished);
        } else if (over.add(vanished)) {
            listeners.forEach(listener -> listener.accept(vanished));
        }
    }

    private List<String> others() {
        List<String> others = new ArrayList<>(view.nodes().keySet());
        others.remove(view.nodeId());
        return others;
    }

    /** Listens no more. */
    public void close() {
        registration.cancel();
    }

    private final class ViewListener implements ClusterView.Listener {

        @Override
        public void nodeJoined(ClusterView.Node node) {
            executor.execute(() -> {
                doubt.joined(nanoTime.getAsLong());
                fences.remove(node.nodeId());
                over.remove(node.nodeId());
            });
        }

        @Override
        public void nodeLeft(String nodeId) {
            executor.execute(() -> {
                lease = lease.without(nodeId);
                doubt.left(nodeId, nanoTime.getAsLong());
                Fence begun = fence(nodeId);
                begun.wanted(nanoTime.getAsLong());
            });
        }

        @Override
        public void merging() {
            executor.execute(() -> {
                doubting = true; // but renews what it granted: nobody can have given it up
                doubt.begin(nanoTime.getAsLong());
                tellOfLease();
            });
        }
    }
}
