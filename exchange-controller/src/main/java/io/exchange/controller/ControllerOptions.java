package io.exchange.controller;

import io.exchange.api.Authenticator;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Limits;
import io.exchange.api.ReplyMemory;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.protocol.ChannelLimits;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What a controller is made with. Every option has a default that works.
 *
 * <p>A setter throws an {@link IllegalArgumentException} for a time or a number that is out of its range.
 */
public final class ControllerOptions {

    private static final int MAX_NODE_ID_LENGTH = 200;

    private String nodeId = UUID.randomUUID().toString();
    private Optional<Authenticator> authenticator = Optional.empty();
    private boolean anyoneMayAttach;
    private ChannelLimits channelLimits = ChannelLimits.DEFAULT;
    private Duration handshakeTimeout = Duration.ofSeconds(5);
    private int maxChannels = 100_000;
    private int maxHellosPerSecond = 5_000;
    private int maxConcurrent;
    private ReplyMemory replyMemory = ReplyMemory.DEFAULT;
    private Duration healthInterval = Duration.ofSeconds(30);
    private Duration healthTimeout = Duration.ofSeconds(5);
    private int healthMisses = 3;
    private Map<String, Integer> roleSlots = Map.of();
    private boolean releaseOnClose;
    private boolean freshStart;
    private int quorum = 1;
    private Optional<String> endpoint = Optional.empty();
    private Duration reconcileInterval = Duration.ofSeconds(5);
    private int movesPerSecond = 50;
    private Duration stopTimeout = Duration.ofSeconds(10);
    private HelloHandler helloHandler = (channel, identity, payload) -> Future.succeededFuture(Buffer.buffer(0));
    private ExchangeObserver observer = ExchangeObserver.NONE;

    /** Options with the defaults. */
    public ControllerOptions() {}

    /**
     * A copy.
     *
     * @param other what to copy
     */
    public ControllerOptions(ControllerOptions other) {
        nodeId = other.nodeId;
        authenticator = other.authenticator;
        anyoneMayAttach = other.anyoneMayAttach;
        channelLimits = other.channelLimits;
        handshakeTimeout = other.handshakeTimeout;
        maxChannels = other.maxChannels;
        maxHellosPerSecond = other.maxHellosPerSecond;
        maxConcurrent = other.maxConcurrent;
        replyMemory = other.replyMemory;
        healthInterval = other.healthInterval;
        healthTimeout = other.healthTimeout;
        healthMisses = other.healthMisses;
        roleSlots = other.roleSlots;
        releaseOnClose = other.releaseOnClose;
        freshStart = other.freshStart;
        quorum = other.quorum;
        endpoint = other.endpoint;
        reconcileInterval = other.reconcileInterval;
        movesPerSecond = other.movesPerSecond;
        stopTimeout = other.stopTimeout;
        helloHandler = other.helloHandler;
        observer = other.observer;
    }

    /**
     * What the id of this node begins with; each process life adds something of its own. Random unless set.
     *
     * @return the beginning of the node id
     */
    public String getNodeId() {
        return nodeId;
    }

    /**
     * What the id of this node begins with; each process life adds something of its own. Random unless set.
     *
     * @param nodeId the beginning of the node id
     * @return this
     * @throws IllegalArgumentException if it is longer than 200 characters, or not a name at all
     */
    public ControllerOptions setNodeId(String nodeId) {
        if (Limits.requireName("node id", nodeId).length() > MAX_NODE_ID_LENGTH) { // ids of channels begin with it
            throw new IllegalArgumentException(
                    "a node id has at most " + MAX_NODE_ID_LENGTH + " characters, not " + nodeId.length());
        }
        this.nodeId = nodeId;
        return this;
    }

    /**
     * Whether a transport that is reachable from other machines may listen without an authenticator; default false.
     *
     * @return whether it may
     */
    public boolean isAnyoneMayAttach() {
        return anyoneMayAttach;
    }

    /**
     * Whether a transport that is reachable from other machines may listen without an authenticator; default false.
     *
     * @param anyoneMayAttach whether it may
     * @return this
     */
    public ControllerOptions setAnyoneMayAttach(boolean anyoneMayAttach) {
        this.anyoneMayAttach = anyoneMayAttach;
        return this;
    }

    /**
     * Limits and intervals of every channel.
     *
     * @return the limits
     */
    public ChannelLimits getChannelLimits() {
        return channelLimits;
    }

    /**
     * Limits and intervals of every channel. Lease and grace must be the same on all nodes of a cluster, as one with a shorter lease
     * could give a slot away that a connector of another still holds: a node with other values does not join.
     *
     * @param channelLimits the limits
     * @return this
     * @throws IllegalArgumentException if the lease is below twice the heartbeat interval: it would be over before the next
     *     heartbeat could renew it, and each role would come and go for ever
     */
    public ControllerOptions setChannelLimits(ChannelLimits channelLimits) {
        Objects.requireNonNull(channelLimits, "channel limits: ChannelLimits.DEFAULT has the usual ones");
        Duration leastLease = channelLimits.heartbeatInterval().multipliedBy(2);
        if (channelLimits.lease().compareTo(leastLease) < 0) {
            throw new IllegalArgumentException("a lease of " + channelLimits.lease() + " cannot be renewed in time with"
                    + " a heartbeat every " + channelLimits.heartbeatInterval() + ": make it at least twice as long, or"
                    + " the interval shorter (ChannelLimits.withLease, withHeartbeatInterval)");
        }
        this.channelLimits = channelLimits;
        return this;
    }

    /**
     * How long a connection may take from its opening to the answer to its hello; default 5 s.
     *
     * @return the time
     */
    public Duration getHandshakeTimeout() {
        return handshakeTimeout;
    }

    /**
     * How long a connection may take from its opening to the answer to its hello; default 5 s.
     *
     * @param handshakeTimeout the time
     * @return this
     */
    public ControllerOptions setHandshakeTimeout(Duration handshakeTimeout) {
        this.handshakeTimeout = positive("handshake timeout", handshakeTimeout);
        return this;
    }

    /**
     * How many connections may be open at a time; more are refused for now; default 100 000.
     *
     * @return the number
     */
    public int getMaxChannels() {
        return maxChannels;
    }

    /**
     * How many connections may be open at a time; more are refused for now; default 100 000.
     *
     * @param maxChannels the number
     * @return this
     */
    public ControllerOptions setMaxChannels(int maxChannels) {
        this.maxChannels = positive("channels", maxChannels);
        return this;
    }

    /**
     * How many hellos are taken in a second; more are refused for now; default 5000.
     *
     * @return the number
     */
    public int getMaxHellosPerSecond() {
        return maxHellosPerSecond;
    }

    /**
     * How many hellos are taken in a second; more are refused for now; default 5000.
     *
     * @param maxHellosPerSecond the number
     * @return this
     */
    public ControllerOptions setMaxHellosPerSecond(int maxHellosPerSecond) {
        this.maxHellosPerSecond = positive("hellos per second", maxHellosPerSecond);
        return this;
    }

    /**
     * How many handlers may run at a time for one session: 1 for strictly one after the other, 0, the default, for any number.
     *
     * @return the number
     */
    public int getMaxConcurrent() {
        return maxConcurrent;
    }

    /**
     * How many handlers may run at a time for one session: 1 for strictly one after the other, 0, the default, for any number.
     *
     * @param maxConcurrent the number
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public ControllerOptions setMaxConcurrent(int maxConcurrent) {
        if (maxConcurrent < 0) {
            throw new IllegalArgumentException(
                    "max concurrent is 1 or more, or 0 for any number of handlers, not " + maxConcurrent);
        }
        this.maxConcurrent = maxConcurrent;
        return this;
    }

    /**
     * How much is remembered of how the commands of each session ended, to answer what is sent again after a channel was lost; default
     * 4 096 replies, 4 MiB, 5 minutes.
     *
     * @return the bounds
     */
    public ReplyMemory getReplyMemory() {
        return replyMemory;
    }

    /**
     * How much is remembered of how the commands of each session ended, to answer what is sent again after a channel was lost. What it no
     * longer covers ends unknown and is not run.
     *
     * @param replyMemory the bounds
     * @return this
     */
    public ControllerOptions setReplyMemory(ReplyMemory replyMemory) {
        this.replyMemory = Objects.requireNonNull(replyMemory, "replyMemory");
        return this;
    }

    /**
     * The time between two health checks of a session, a tenth more or less; zero for none; default 30 s.
     *
     * @return the time
     */
    public Duration getHealthInterval() {
        return healthInterval;
    }

    /**
     * The time between two health checks of a session, a tenth more or less; zero for none; default 30 s.
     *
     * @param healthInterval the time
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public ControllerOptions setHealthInterval(Duration healthInterval) {
        if (healthInterval.isNegative()) {
            throw new IllegalArgumentException(
                    "health interval must be positive, or zero for no health checks, not " + healthInterval);
        }
        this.healthInterval = healthInterval;
        return this;
    }

    /**
     * How long the answer to a health check may take; default 5 s.
     *
     * @return the time
     */
    public Duration getHealthTimeout() {
        return healthTimeout;
    }

    /**
     * How long the answer to a health check may take; default 5 s.
     *
     * @param healthTimeout the time
     * @return this
     */
    public ControllerOptions setHealthTimeout(Duration healthTimeout) {
        this.healthTimeout = positive("health timeout", healthTimeout);
        return this;
    }

    /**
     * After how many health checks in a row without an answer the channel is closed; default 3. One is enough to get no commands and
     * no role until it is answered.
     *
     * @return the number
     */
    public int getHealthMisses() {
        return healthMisses;
    }

    /**
     * After how many health checks in a row without an answer the channel is closed; default 3. One is enough to get no commands and
     * no role until it is answered.
     *
     * @param healthMisses the number
     * @return this
     */
    public ControllerOptions setHealthMisses(int healthMisses) {
        this.healthMisses = positive("health misses", healthMisses);
        return this;
    }

    /**
     * How many slots a role has, 0 for none; every role that is not named has one.
     *
     * @return role to number
     */
    public Map<String, Integer> getRoleSlots() {
        return roleSlots;
    }

    /**
     * How many slots a role has, 0 for none; every role that is not named has one. The same on all nodes of a cluster.
     *
     * @param roleSlots role to number, 0 to 1024
     * @return this
     * @throws IllegalArgumentException if a number is out of these bounds, or a role has no name
     */
    public ControllerOptions setRoleSlots(Map<String, Integer> roleSlots) {
        roleSlots.keySet().forEach(role -> Limits.requireName("role", role));
        this.roleSlots = new ElectionRules(roleSlots, 1, true).slots();
        return this;
    }

    /**
     * Whether a channel that the connector is seen to close releases at once what it held; set it only if the connectors are made with the same; default false.
     *
     * @return whether it does
     */
    public boolean isReleaseOnClose() {
        return releaseOnClose;
    }

    /**
     * Whether a channel that the connector is seen to close releases at once what it held; set it only if the connectors are made with the same; default false.
     *
     * @param releaseOnClose whether it does
     * @return this
     */
    public ControllerOptions setReleaseOnClose(boolean releaseOnClose) {
        this.releaseOnClose = releaseOnClose;
        return this;
    }

    /**
     * Whether no connector can hold a role that an earlier process of this controller granted: at the very first start, or
     * where connectors live no longer than the controller. If not, which is the default, nobody new is elected until one
     * lease after the start, because the holder of before may not have come back yet.
     *
     * @return whether roles are granted from the first moment
     */
    public boolean isFreshStart() {
        return freshStart;
    }

    /**
     * Whether no connector can hold a role that an earlier process of this controller granted; see {@link #isFreshStart()}.
     *
     * @param freshStart whether to grant roles from the first moment
     * @return this
     */
    public ControllerOptions setFreshStart(boolean freshStart) {
        this.freshStart = freshStart;
        return this;
    }

    /**
     * How many nodes of a cluster must acknowledge each other before any of them grants a role; default 1, the node itself.
     * With more than half of all nodes that there will ever be, no two connectors hold a slot even while the network is
     * split; with 1 each side of a split may elect its own.
     *
     * @return the number
     */
    public int getQuorum() {
        return quorum;
    }

    /**
     * How many nodes of a cluster must acknowledge each other before any of them grants a role; see {@link #getQuorum()}.
     *
     * @param quorum the number, the same on all nodes
     * @return this
     */
    public ControllerOptions setQuorum(int quorum) {
        this.quorum = positive("quorum", quorum);
        return this;
    }

    /**
     * Where connectors reach this node, for other nodes to send them here; not told by default, as behind a load balancer.
     *
     * @return the endpoint, in the words of the transport: {@code https://host:port} for one
     */
    public Optional<String> getEndpoint() {
        return endpoint;
    }

    /**
     * Where connectors reach this node; see {@link #getEndpoint()}.
     *
     * @param endpoint the endpoint
     * @return this
     */
    public ControllerOptions setEndpoint(String endpoint) {
        this.endpoint = Optional.of(endpoint);
        return this;
    }

    /**
     * How often a node of a cluster at least compares the records of targets with what it holds; default 5 s. Events make it
     * look sooner.
     *
     * @return the time
     */
    public Duration getReconcileInterval() {
        return reconcileInterval;
    }

    /**
     * How often a node of a cluster at least compares the records of targets with what it holds.
     *
     * @param reconcileInterval the time, the same on all nodes
     * @return this
     */
    public ControllerOptions setReconcileInterval(Duration reconcileInterval) {
        this.reconcileInterval = positive("reconcile interval", reconcileInterval);
        return this;
    }

    /**
     * How many channels in a second a node of a cluster sends to others that have fewer, after a node has joined; default
     * 50, 0 for never.
     *
     * @return the number
     */
    public int getMovesPerSecond() {
        return movesPerSecond;
    }

    /**
     * How many channels in a second a node of a cluster sends to others that have fewer.
     *
     * @param movesPerSecond the number; 0 for never
     * @return this
     */
    public ControllerOptions setMovesPerSecond(int movesPerSecond) {
        if (movesPerSecond < 0) {
            throw new IllegalArgumentException("moves per second must not be negative, not " + movesPerSecond);
        }
        this.movesPerSecond = movesPerSecond;
        return this;
    }

    /**
     * How long {@link ExchangeController#stop()} lets what is in flight go on; default 10 s.
     *
     * @return the time
     */
    public Duration getStopTimeout() {
        return stopTimeout;
    }

    /**
     * How long {@link ExchangeController#stop()} lets what is in flight go on; default 10 s.
     *
     * @param stopTimeout the time
     * @return this
     */
    public ControllerOptions setStopTimeout(Duration stopTimeout) {
        this.stopTimeout = positive("stop timeout", stopTimeout);
        return this;
    }

    /**
     * Answers the payload of each hello; the default answers with nothing.
     *
     * @return the handler
     */
    public HelloHandler getHelloHandler() {
        return helloHandler;
    }

    /**
     * Answers the payload of each hello; the default answers with nothing.
     *
     * @param helloHandler the handler
     * @return this
     */
    public ControllerOptions setHelloHandler(HelloHandler helloHandler) {
        this.helloHandler =
                Objects.requireNonNull(helloHandler, "hello handler: leave it unset to answer with nothing");
        return this;
    }

    /**
     * Told of everything countable; default one that does nothing.
     *
     * @return the observer
     */
    public ExchangeObserver getObserver() {
        return observer;
    }

    /**
     * Told of everything countable; default one that does nothing.
     *
     * @param observer the observer
     * @return this
     */
    public ControllerOptions setObserver(ExchangeObserver observer) {
        this.observer =
                Objects.requireNonNull(observer, "observer: ExchangeObserver.NONE is the one that does nothing");
        return this;
    }

    /**
     * Who may attach.
     *
     * @return the authenticator; empty if none is set, which lets everyone in and is allowed only on loopback
     */
    public Optional<Authenticator> getAuthenticator() {
        return authenticator;
    }

    /**
     * Who may attach.
     *
     * @param authenticator the authenticator
     * @return this
     */
    public ControllerOptions setAuthenticator(Authenticator authenticator) {
        this.authenticator = Optional.of(Objects.requireNonNull(
                authenticator, "authenticator: leave it unset for none, and see setAnyoneMayAttach"));
        return this;
    }

    private static Duration positive(String what, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(what + " must be positive, not " + duration);
        }
        return duration;
    }

    private static int positive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, not " + number);
        }
        return number;
    }
}
