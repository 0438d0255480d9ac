package io.exchange.controller;

import io.exchange.channel.Session;
import io.exchange.controller.accept.Acceptor;
import io.exchange.controller.accept.LocalSessions;
import io.exchange.controller.batch.BatchStore;
import io.exchange.controller.batch.MemoryBatchStore;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.MemoryDirectory;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.NodeLease;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What a node has of its cluster: a node that is alone has it all to itself. Safe for any thread. */
interface Membership {

    /** The id of this process life. */
    String nodeId();

    /** The records of all targets. */
    Directory directory();

    /** The sessions of this node, which other nodes send to. */
    LocalSessions sessions();

    /** How long this node may grant. */
    Acceptor.Lease lease();

    /** The link to another node, if it is up. */
    Optional<Session> linkTo(String nodeId);

    /** The node is built: links and reconciles from now on. */
    void begin(Acceptor acceptor, Runnable linkReady);

    /** Whether the node can do its work. */
    Readiness readiness();

    /** Tells other nodes that this one gives its channels away, so that they send none here. */
    void drain();

    /** Where a connector may go that is sent away; empty where it finds its own way. Another place each time. */
    Optional<String> elsewhere();

    /** Ends the links, each when what is on it has ended. */
    Future<Void> unlink(Duration patience);

    /** Where batches are kept. */
    BatchStore batches();

    /** Whether nobody can have taken over what this node holds. */
    boolean mayRun();

    /** The nodes that are there, this one among them. */
    Set<String> nodes();

    /** Whether nothing is done any more in the name of a node. To be asked again as long as somebody waits for that. */
    Future<Boolean> isGone(String nodeId);

    /** Leaves; nothing is held any more. */
    Future<Void> leave();

    /** The id of this process life of the node: one of its own for each, as channel ids begin with it. */
    static String ofThisLife(String nodeId) {
        return nodeId + "-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    }

    /** A node that is alone. */
    static Membership alone(ControllerOptions options) {
        return new Alone(options);
    }

    /** The membership of a node that is alone. */
    final class Alone implements Membership {

        private final ControllerOptions options;
        private final String nodeId;
        private final Directory directory;
        private final LocalSessions sessions = new LocalSessions();
        private final BatchStore batches;

        private Alone(ControllerOptions options) {
            this.options = options;
            this.nodeId = ofThisLife(options.getNodeId());
            ElectionRules rules = new ElectionRules(options.getRoleSlots(), 1, true);
            this.directory = new MemoryDirectory(rules, MemoryDirectory.steadyClock(), settleMillis());
            this.batches = new MemoryBatchStore(directory::clusterTime);
        }

        /** How long connectors may hold what an earlier process granted: a lease and the margin of clocks. */
        private long settleMillis() {
            return options.isFreshStart()
                    ? 0
                    : options.getChannelLimits().lease().toMillis() * 102 / 100 + 1;
        }

        @Override
        public String nodeId() {
            return nodeId;
        }

        @Override
        public Directory directory() {
            return directory;
        }

        @Override
        public LocalSessions sessions() {
            return sessions;
        }

        @Override
        public Acceptor.Lease lease() {
            NodeLease lease = NodeLease.alone(options.getChannelLimits().lease());
            return new Acceptor.Lease(lease::grantableNanos, 0);
        }

        @Override
        public Optional<Session> linkTo(String nodeId) {
            return Optional.empty();
        }

        @Override
        public void begin(Acceptor acceptor, Runnable linkReady) {
            // there is nobody to link to, to reconcile with, or to share channels with
        }

        @Override
        public Readiness readiness() {
            return Readiness.READY;
        }

        @Override
        public void drain() {
            // nobody sends any
        }

        @Override
        public Optional<String> elsewhere() {
            return Optional.empty();
        }

        @Override
        public Future<Void> unlink(Duration patience) {
            return Future.succeededFuture();
        }

        @Override
        public BatchStore batches() {
            return batches;
        }

        @Override
        public boolean mayRun() {
            return true;
        }

        @Override
        public Set<String> nodes() {
            return Set.of(nodeId);
        }

        @Override
        public Future<Boolean> isGone(String other) {
            return Future.succeededFuture(!other.equals(nodeId));
        }

        @Override
        public Future<Void> leave() {
            return directory.close();
        }
    }
}
