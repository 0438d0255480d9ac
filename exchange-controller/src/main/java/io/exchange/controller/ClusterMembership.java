package io.exchange.controller;

import io.exchange.api.ExchangeObserver;
import io.exchange.channel.CommandIds;
import io.exchange.channel.Session;
import io.exchange.controller.accept.Acceptor;
import io.exchange.controller.accept.LocalSession;
import io.exchange.controller.accept.LocalSessions;
import io.exchange.controller.accept.Rebalancer;
import io.exchange.controller.batch.BatchStore;
import io.exchange.controller.cluster.ClusterNode;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.NodeAddress;
import io.exchange.controller.cluster.Reconciler;
import io.exchange.controller.link.NodeLinks;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.protocol.ChannelLimits;
import io.exchange.transport.NodeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a node has of a cluster on Hazelcast. */
final class ClusterMembership implements Membership {

    /** Links notice sooner than channels that the other end is gone, and carry the commands of many targets. */
    private static final Duration LINK_HEARTBEAT = Duration.ofSeconds(1);

    private static final int LINK_MISSED_HEARTBEATS = 5;
    private static final int TOKEN_BYTES = 16;
    private static final int LINK_COMMANDS = 1 << 16;

    /** As much in large payloads as for so many channels: one whose connector is slow does not keep the others out. */
    private static final int LINK_LARGE_TIMES = 4;

    private final ClusterNode node;
    private final LocalSessions sessions;
    private final NodeLinks links;
    private final BatchStore batches;
    private final Acceptor.Lease lease;
    private final Vertx vertx;
    private final Rebalancer.Pace pace;
    private final AtomicInteger sentAway = new AtomicInteger();
    private volatile @Nullable Reconciler reconciler;
    private final ExchangeObserver observer;
    private volatile @Nullable Rebalancer rebalancer;

    private ClusterMembership(
            Vertx vertx,
            ClusterNode node,
            BatchStore batches,
            LocalSessions sessions,
            NodeLinks links,
            ControllerOptions options) {
        Duration look = options.getReconcileInterval();
        this.vertx = vertx;
        this.pace = new Rebalancer.Pace(look, options.getMovesPerSecond(), options.getStopTimeout());
        this.node = node;
        this.batches = batches;
        this.sessions = sessions;
        this.links = links;
        this.observer = options.getObserver();
        node.leases().onLeaseChange(observer::nodeLease);
        this.lease = new Acceptor.Lease(node.leases()::grantableNanos, look.toNanos());
    }

    /** Joins a cluster: listens for other nodes first, so that the record of this node can say where. */
    static Future<Membership> join(
            Vertx vertx, HazelcastCluster cluster, NodeTransport transport, ControllerOptions options) {
        LocalSessions sessions = new LocalSessions();
        String nodeId = Membership.ofThisLife(options.getNodeId());
        String token = CommandIds.randomText(TOKEN_BYTES);
        NodeLinks links = new NodeLinks(new NodeLinks.Parts(
                vertx,
                nodeId,
                transport,
                token,
                limits(options.getChannelLimits()),
                onward -> sessions.find(onward.targetId(), onward.sessionId()).map(LocalSession::session),
                options.getObserver()));
        return links.listen()
                .map(listening -> address(cluster, transport, options, token))
                .compose(address -> cluster.open(vertx, setup(nodeId, address, options)))
                .compose(node -> cluster.batches(vertx)
                        .<Membership>map(
                                batches -> new ClusterMembership(vertx, node, batches, sessions, links, options))
                        .recover(failure -> node.close().transform(left -> Future.failedFuture(failure))))
                .recover(failure -> links.close(Duration.ZERO).transform(closed -> Future.failedFuture(failure)));
    }

    private static NodeAddress address(
            HazelcastCluster cluster, NodeTransport transport, ControllerOptions options, String token) {
        try {
            return new NodeAddress(options.getEndpoint().orElse(""), cluster.reachable(transport.server()), token);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException("the member of Hazelcast has an address that cannot be found", e);
        }
    }

    private static ChannelLimits limits(ChannelLimits channels) {
        return new ChannelLimits(
                LINK_HEARTBEAT,
                LINK_MISSED_HEARTBEATS,
                channels.lease(),
                Duration.ZERO,
                LINK_COMMANDS,
                LINK_COMMANDS,
                channels.maxPayloadBytes(),
                LINK_LARGE_TIMES * channels.maxLargeBytes());
    }

    private static ClusterNode.Setup setup(String nodeId, NodeAddress address, ControllerOptions options) {
        return new ClusterNode.Setup(
                nodeId,
                address,
                new ElectionRules(options.getRoleSlots(), 1, true),
                options.getQuorum(),
                options.getChannelLimits().lease(),
                options.getChannelLimits().sessionGrace(),
                options.isFreshStart(),
                options.getReconcileInterval());
    }

    @Override
    public String nodeId() {
        return node.view().nodeId();
    }

    @Override
    public Directory directory() {
        return node.directory();
    }

    @Override
    public LocalSessions sessions() {
        return sessions;
    }

    @Override
    public Acceptor.Lease lease() {
        return lease;
    }

    @Override
    public Optional<Session> linkTo(String nodeId) {
        return links.to(nodeId);
    }

    @Override
    public void begin(Acceptor acceptor, Runnable linkReady) {
        links.start(node.view(), linkReady);
        reconciler = node.reconcile(acceptor.held(), observer::recordRepaired);
        rebalancer = new Rebalancer(vertx, acceptor, node.directory(), node.view(), pace);
    }

    @Override
    public Readiness readiness() {
        Reconciler loop = reconciler;
        if (loop == null || !loop.reachesRecords()) {
            return new Readiness(false, "the records of targets cannot be reached");
        }
        return node.leases().mayElect()
                ? Readiness.READY
                : new Readiness(false, "the node has no lease: it sees fewer nodes than the quorum, or was cut off");
    }

    @Override
    public void drain() {
        node.view().drain();
    }

    @Override
    public Optional<String> elsewhere() {
        List<String> endpoints = node.view().nodes().values().stream()
                .filter(other -> !other.draining() && !other.nodeId().equals(nodeId()))
                .map(other -> other.address().endpoint())
                .filter(endpoint -> !endpoint.isEmpty())
                .toList();
        return endpoints.isEmpty()
                ? Optional.empty()
                : Optional.of(endpoints.get(Math.floorMod(sentAway.getAndIncrement(), endpoints.size())));
    }

    @Override
    public Future<Void> unlink(Duration patience) {
        Rebalancer running = rebalancer;
        if (running != null) {
            running.close();
        }
        return links.close(patience);
    }

    @Override
    public BatchStore batches() {
        return batches;
    }

    @Override
    public boolean mayRun() {
        return readiness().ready() && node.view().isCurrent();
    }

    @Override
    public Set<String> nodes() {
        return node.view().nodes().keySet();
    }

    @Override
    public Future<Boolean> isGone(String nodeId) {
        return node.isLeaseOver(nodeId);
    }

    @Override
    public Future<Void> leave() {
        return node.close();
    }
}
