package io.exchange.controller.cluster;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;

/** Which nodes this one sees. Safe for any thread. */
public interface ClusterView {

    /**
     * One process life of a node.
     *
     * @param nodeId its id
     * @param address where it can be reached
     * @param startedAt the cluster time in milliseconds at which it joined first
     * @param format the newest form of records, events and link frames that it understands
     * @param draining whether it gives its channels away, so that none may be sent there
     */
    record Node(String nodeId, NodeAddress address, long startedAt, int format, boolean draining) {}

    /** Is told of nodes that come and go: in order, on a context of the view, which it must not block. */
    interface Listener {

        /**
         * A node has joined, or has come back.
         *
         * @param node the node, never this one
         */
        void nodeJoined(Node node);

        /**
         * A node has left, was lost, or is on the other side of a split.
         *
         * @param nodeId the node, never this one
         */
        void nodeLeft(String nodeId);

        /**
         * The cluster of this node is being merged into another, or has been: the records are now those of that one, and what
         * was kept in this one joins them bit by bit.
         */
        default void merging() {}
    }

    /**
     * This node.
     *
     * @return its id
     */
    String nodeId();

    /**
     * The nodes that are there.
     *
     * @return by id, this node among them
     */
    Map<String, Node> nodes();

    /**
     * The nodes that were there before this one. Of two nodes at the most one was there before the other.
     *
     * @return their ids, which never change, whether they are still there or not
     */
    Set<String> foundOnJoining();

    /**
     * Adds a listener.
     *
     * @param listener is told of what happens from now on
     * @return removes it
     */
    Registration listen(Listener listener);

    /**
     * Whether {@link #nodes()} still says who is there. Where somebody has left since, what he acknowledged must not be relied
     * on. Any thread.
     *
     * @return whether it does; always for a view that needs no time to be told
     */
    default boolean isCurrent() {
        return true;
    }

    /**
     * Looks where the nodes are kept. A node that had changed anything before the call is among {@link #nodes()} after it,
     * if it is there.
     *
     * @return completes when it has looked; fails with INTERNAL if the cluster cannot be reached
     */
    Future<Void> refresh();

    /** Tells the others that this node gives its channels away. Any thread. */
    void drain();

    /**
     * Leaves: the others no longer see this node.
     *
     * @return completes when no timer of it is left
     */
    Future<Void> close();
}
