package io.exchange.controller.link;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.ExchangeObserver;
import io.exchange.channel.ChannelEngine;
import io.exchange.channel.CommandIds;
import io.exchange.channel.EventLoop;
import io.exchange.channel.Fence;
import io.exchange.channel.Handlers;
import io.exchange.channel.Relay;
import io.exchange.channel.Session;
import io.exchange.controller.cluster.ClusterView;
import io.exchange.controller.cluster.NodeAddress;
import io.exchange.controller.cluster.Registration;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.exchange.transport.Connection;
import io.exchange.transport.NodeTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The links of a node to all others, one for each pair: the node with the smaller id dials. A link that is lost is dialled
 * again for as long as the other node is there. Safe for any thread.
 */
public final class NodeLinks {

    /**
     * What links are made with.
     *
     * @param vertx where they run
     * @param nodeId this node
     * @param transport how nodes reach each other
     * @param token what other nodes must show to link to this one
     * @param limits the limits and intervals of a link
     * @param sessions finds the sessions of this node
     * @param observer told of links that come and go
     */
    public record Parts(
            Vertx vertx,
            String nodeId,
            NodeTransport transport,
            String token,
            ChannelLimits limits,
            Relay.Sessions sessions,
            ExchangeObserver observer) {}

    static final String TOKEN = "exchange-node-token";
    static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
    private static final Logger LOG = System.getLogger("io.exchange.controller.Cluster");
    private static final String TARGET = "exchange.nodes";
    private static final CloseReason NEWER =
            CloseReason.of(Code.SUPERSEDED, "a newer link of the same two nodes is up");

    private final Parts parts;
    private final CommandIds ids = new CommandIds();
    private final AtomicLong linkNumbers = new AtomicLong();
    private final Map<String, NodeLink> up = new ConcurrentHashMap<>();
    private final Map<String, Dialer> dialers = new ConcurrentHashMap<>();
    private volatile @Nullable Registration registration;
    private volatile Runnable whenUp = () -> {};
    private volatile boolean closed;

    /**
     * The links of a node, none of which is up.
     *
     * @param parts what they are made with
     */
    public NodeLinks(Parts parts) {
        this.parts = parts;
    }

    /**
     * Accepts the links of other nodes.
     *
     * @return completes when they can come; fails if the address cannot be used
     */
    public Future<Void> listen() {
        return parts.transport().server().listen(parts.vertx(), this::accept);
    }

    /**
     * Links to every node that comes, and to those that are there. Once.
     *
     * @param view the nodes
     * @param linkReady called whenever there is a link that was not there before; on the loop of the link
     */
    public void start(ClusterView view, Runnable linkReady) {
        whenUp = linkReady;
        registration = view.listen(new ViewListener());
        view.nodes().values().forEach(this::nodeCame);
    }

    /**
     * The way to a node.
     *
     * @param nodeId the node
     * @return the session of the link to it, if there is one that is up
     */
    public Optional<Session> to(String nodeId) {
        NodeLink link = up.get(nodeId);
        return link == null ? Optional.empty() : Optional.ofNullable(link.session());
    }

    /**
     * Takes no more links and ends those that are there, each when what is on it has ended.
     *
     * @param patience how long that may take
     * @return completes when no link is left and nothing listens
     */
    public Future<Void> close(Duration patience) {
        closed = true;
        Registration added = registration;
        if (added != null) {
            added.cancel();
        }
        dialers.values().forEach(Dialer::stop);
        List<Future<Void>> ended = new ArrayList<>();
        for (NodeLink link : up.values()) {
            ended.add(drain(link, patience));
        }
        return Future.join(ended)
                .<Void>mapEmpty()
                .eventually(() -> parts.transport().server().close())
                .eventually(() -> parts.transport().client().close());
    }

    private static Future<Void> drain(NodeLink link, Duration patience) {
        ChannelEngine channel = link.channel();
        if (channel == null) {
            return Future.succeededFuture();
        }
        Promise<Void> ended = Promise.promise();
        channel.loop()
                .execute(() -> channel.drain(CloseReason.of(Code.SHUTTING_DOWN, "the node stops"), patience)
                        .onComplete(ended));
        return ended.future();
    }

    private void accept(Connection connection) {
        EventLoop loop = EventLoop.of(connection.context());
        NodeLink link = new NodeLink(this, loop, "", () -> {});
        link.opened(ChannelEngine.listen(connection, loop, HANDSHAKE_TIMEOUT, link, ExchangeObserver.NONE));
        if (closed) {
            link.end(CloseReason.of(Code.SHUTTING_DOWN, "the node stops"));
        }
    }

    /** Whether a hello shows what only those can know who read the records of the cluster's nodes. */
    boolean isFromANode(Frame.Hello hello) {
        byte[] shown = hello.metadata().getOrDefault(TOKEN, "").getBytes(StandardCharsets.UTF_8);
        return hello.protocolVersion() == Frame.PROTOCOL_VERSION
                && hello.targetId().equals(TARGET)
                && MessageDigest.isEqual(shown, parts.token().getBytes(StandardCharsets.UTF_8));
    }

    Frame.Hello hello(NodeAddress other) {
        return new Frame.Hello(
                Frame.PROTOCOL_VERSION,
                parts.nodeId(),
                nextLinkId(),
                1,
                "",
                TARGET,
                Map.of(),
                Set.of(),
                List.of(),
                Map.of(TOKEN, other.token()),
                Payload.EMPTY);
    }

    String nextLinkId() {
        return parts.nodeId() + "~" + linkNumbers.incrementAndGet();
    }

    ChannelLimits limits() {
        return parts.limits();
    }

    Parts parts() {
        return parts;
    }

    Session newSession(String id, String peer, EventLoop loop) {
        Session.Setup setup = new Session.Setup(id, new Handlers(), 0, ExchangeObserver.NONE, ids, Fence.OPEN);
        return Session.relaying(setup, peer, loop, parts.sessions());
    }

    void up(NodeLink link) {
        NodeLink before = up.put(link.peer(), link);
        if (before != null) {
            before.end(NEWER);
        } else {
            parts.observer().linkUp(link.peer());
        }
        LOG.log(Level.INFO, "node {0} is linked to {1}", parts.nodeId(), link.peer());
        whenUp.run();
    }

    void down(NodeLink link, CloseReason reason) {
        if (up.remove(link.peer(), link)) {
            LOG.log(Level.INFO, "node {0} has lost its link to {1}: {2}", parts.nodeId(), link.peer(), reason);
            parts.observer().linkDown(link.peer(), reason);
        }
    }

    private void nodeCame(ClusterView.Node node) {
        boolean dials = parts.nodeId().compareTo(node.nodeId()) < 0
                && !node.address().link().isEmpty();
        if (dials && !closed) {
            dialers.computeIfAbsent(node.nodeId(), id -> new Dialer(this, node)).start();
        }
    }

    private final class ViewListener implements ClusterView.Listener {

        @Override
        public void nodeJoined(ClusterView.Node node) {
            nodeCame(node);
        }

        @Override
        public void nodeLeft(String nodeId) {
            Dialer dialer = dialers.remove(nodeId);
            if (dialer != null) {
                dialer.stop();
            }
            NodeLink link = up.get(nodeId);
            if (link != null) {
                link.end(CloseReason.of(Code.CONNECTION_LOST, "the node has left"));
            }
        }
    }
}
