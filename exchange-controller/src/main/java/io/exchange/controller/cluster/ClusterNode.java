package io.exchange.controller.cluster;

import io.exchange.controller.primary.ElectionRules;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The part of a node that is the same for all that it holds: directory, view, lease, reconcile loop. Safe for any thread. */
public final class ClusterNode {

    /**
     * What a node is made with; all but the first two the same on every node.
     *
     * @param nodeId its id, one for each process life
     * @param address where it can be reached
     * @param rules how many slots each role has
     * @param quorum how many of the configured nodes must acknowledge a lease, the node itself among them; 1 for none
     * @param lease the longest that anything is granted for
     * @param grace how long a session waits for its channel
     * @param freshStart whether no connector can hold what was granted before the first node of the cluster
     * @param look how often at least a node compares the records with what it holds; part of how long records settle, see
     *     {@link io.exchange.controller.primary.LeaseTerms#member}
     */
    public record Setup(
            String nodeId,
            NodeAddress address,
            ElectionRules rules,
            int quorum,
            Duration lease,
            Duration grace,
            boolean freshStart,
            Duration look) {

        /**
         * What other nodes rely on.
         *
         * @return what must be the same there
         */
        public ClusterTerms terms() {
            return new ClusterTerms(lease, grace, look, quorum, rules.slots(), rules.otherSlots());
        }
    }

    private final Vertx vertx;
    private final Context context;
    private final Setup setup;
    private final ClusterView view;
    private final NodeCalls calls;
    private final LeaseRounds leases;
    private final Directory directory;
    private final long timer;
    private volatile @Nullable Reconciler reconciler;

    private ClusterNode(
            Context context, Setup setup, Links links, Directory directory, LeaseRounds leases, long timer) {
        this.vertx = context.owner();
        this.context = context;
        this.setup = setup;
        this.view = links.view();
        this.calls = links.calls();
        this.leases = leases;
        this.directory = directory;
        this.timer = timer;
    }

    /**
     * What joins a node to the others.
     *
     * @param view the nodes
     * @param calls how to ask them
     * @param detection the failure-detection time of the cluster
     */
    public record Links(ClusterView view, NodeCalls calls, Duration detection) {}

    /** Opens the directory of a node whose lease is there. */
    public interface DirectoryOpener {

        /**
         * Opens the directory.
         *
         * @param leases the lease, which says whether the node may elect
         * @return the directory, with all records known
         */
        Future<? extends Directory> open(LeaseRounds leases);
    }

    /**
     * Opens a node that others see already, and no longer if that fails.
     *
     * @param context an event-loop context for its lease and its loop
     * @param setup what it is made with
     * @param links what joins it to the others
     * @param opener opens its directory
     * @return completes when it can take connectors
     */
    public static Future<ClusterNode> open(Context context, Setup setup, Links links, DirectoryOpener opener) {
        LeaseRounds.Terms terms = new LeaseRounds.Terms(setup.quorum(), setup.lease(), links.detection());
        LeaseRounds leases = new LeaseRounds(
                links.view(),
                links.calls(),
                terms,
                System::nanoTime,
                task -> context.runOnContext(nothing -> task.run()));
        Promise<Long> ticking = Promise.promise();
        context.runOnContext(nothing -> links.calls().serve(leases::answer).onComplete(served -> {
            leases.tick();
            long tickMillis = Math.max(1, terms.tickEvery().toMillis());
            long timer = context.owner().setPeriodic(tickMillis, id -> context.runOnContext(tick -> leases.tick()));
            ticking.complete(timer);
        }));
        return ticking.future()
                .compose(timer -> opener.open(leases)
                        .map(directory -> new ClusterNode(context, setup, links, directory, leases, timer))
                        .recover(failure -> leave(links.view(), links.calls())
                                .eventually(() -> stopTicking(context.owner(), timer, leases))
                                .transform(left -> Future.failedFuture(failure))));
    }

    /**
     * The records.
     *
     * @return the directory
     */
    public Directory directory() {
        return directory;
    }

    /**
     * The nodes.
     *
     * @return the view
     */
    public ClusterView view() {
        return view;
    }

    /**
     * The lease of this node.
     *
     * @return how long it may grant and renew
     */
    public LeaseRounds leases() {
        return leases;
    }

    /**
     * Whether nothing that a node did or granted holds any more. To be asked again as long as somebody waits for that. Any thread.
     *
     * @param nodeId the node
     * @return whether it is gone and its lease over
     */
    public Future<Boolean> isLeaseOver(String nodeId) {
        Promise<Boolean> answer = Promise.promise();
        context.runOnContext(nothing -> answer.complete(leases.isLeaseOver(nodeId)));
        return answer.future();
    }

    /**
     * Starts the loop that reconciles the records with what this node holds. Once.
     *
     * @param held what it holds
     * @param repaired told of each target whose record it has put right
     * @return the loop, to make it run sooner
     */
    public Reconciler reconcile(HeldAttaches held, Consumer<String> repaired) {
        Reconciler started = new Reconciler(
                context,
                new Reconciler.Parts(directory, view, held, leases::isLeaseOver, leases::mayElect, setup.rules()),
                new Reconciler.Times(setup.look(), setup.lease(), setup.grace()),
                System::nanoTime);
        started.onRepair(repaired);
        reconciler = started;
        leases.onLeaseOver(nodeId -> started.soon());
        leases.onLease(started::soon);
        started.soon();
        return started;
    }

    /**
     * Leaves the cluster. The node must hold nothing any more.
     *
     * @return completes when no timer of it is left
     */
    public Future<Void> close() {
        Future<Void> reconciled =
                Optional.ofNullable(reconciler).map(Reconciler::close).orElseGet(Future::succeededFuture);
        return reconciled
                .eventually(() -> leave(view, calls))
                .eventually(() -> stopTicking(vertx, timer, leases))
                .eventually(directory::close);
    }

    private static Future<Void> leave(ClusterView view, NodeCalls calls) {
        return view.close().eventually(calls::close);
    }

    private static Future<Void> stopTicking(Vertx vertx, long timer, LeaseRounds leases) {
        vertx.cancelTimer(timer);
        leases.close();
        return Future.succeededFuture();
    }
}
