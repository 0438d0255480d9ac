package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import io.exchange.controller.cluster.ClusterNode;
import io.exchange.controller.cluster.EventBusCalls;
import io.exchange.controller.cluster.LeaseRounds;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;

/** Makes nodes on Hazelcast. */
public final class HazelcastNode {

    /** A question that is not answered in this time is asked again; less than a quarter of any sensible lease. */
    private static final long ASK_MILLIS = 1_000;

    private HazelcastNode() {}

    /**
     * Joins a cluster.
     *
     * @param vertx a Vert.x that is clustered by the same member
     * @param hazelcast a member that was {@link ClusterCheck#require checked}
     * @param setup what the node is made with
     * @return completes when it can take connectors
     */
    public static Future<ClusterNode> open(Vertx vertx, HazelcastInstance hazelcast, ClusterNode.Setup setup) {
        long settleMillis = setup.lease().toMillis() + setup.lease().toMillis() / 100;
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        HazelcastView.Self self = new HazelcastView.Self(
                setup.nodeId(), setup.address(), settleMillis, setup.freshStart(), setup.terms());
        return HazelcastView.join(vertx, hazelcast, self).compose(view -> {
            EventBusCalls calls = new EventBusCalls(vertx, setup.nodeId(), ASK_MILLIS);
            ClusterNode.Links links = new ClusterNode.Links(view, calls, ClusterSettings.detection(hazelcast));
            return ClusterNode.open(
                    context,
                    setup,
                    links,
                    leases -> HazelcastDirectory.open(vertx, hazelcast, parts(setup, view, leases, settleMillis)));
        });
    }

    private static HazelcastDirectory.Parts parts(
            ClusterNode.Setup setup, HazelcastView view, LeaseRounds leases, long settleMillis) {
        return new HazelcastDirectory.Parts(
                setup.rules(), () -> leases.mayElect() && view.isCurrent(), view::settlingUntil, settleMillis);
    }
}
