package io.exchange.controller.accept;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.controller.cluster.ClusterView;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.NodeAddress;
import io.exchange.controller.cluster.RebalancePlan;
import io.exchange.controller.primary.Presence;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.TargetRecord;
import io.vertx.core.Vertx;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives channels away while this node has more than its share of them, a few in a second, so that a node that joins gets its
 * part. Each look counts anew; nothing is remembered between two looks.
 */
public final class Rebalancer {

    /**
     * How much it does.
     *
     * @param look the time between two looks
     * @param movesPerSecond channels that are moved in a second at the most; 0 for none
     * @param patience how long what is in flight on a channel may go on
     */
    public record Pace(Duration look, int movesPerSecond, Duration patience) {}

    private static final Logger LOG = System.getLogger("io.exchange.controller.Cluster");

    /** Who has a tenth more than its share keeps it: connectors come and go all the time. */
    private static final double TOLERANCE = 0.1;

    private final Vertx vertx;
    private final Acceptor acceptor;
    private final Directory directory;
    private final ClusterView view;
    private final Pace pace;
    private final long timer;

    /**
     * Starts it.
     *
     * @param vertx where it runs
     * @param acceptor has the channels
     * @param directory counts them on all nodes
     * @param view the nodes
     * @param pace how much it does
     */
    public Rebalancer(Vertx vertx, Acceptor acceptor, Directory directory, ClusterView view, Pace pace) {
        this.vertx = vertx;
        this.acceptor = acceptor;
        this.directory = directory;
        this.view = view;
        this.pace = pace;
        this.timer = vertx.setPeriodic(pace.look().toMillis(), id -> look());
    }

    private void look() {
        if (view.nodes().size() > 1 && pace.movesPerSecond() > 0) {
            vertx.executeBlocking(this::count, false).onSuccess(this::giveAway);
        }
    }

    private Map<String, Integer> count() {
        Map<String, Integer> channels = new HashMap<>();
        view.nodes().values().stream().filter(node -> !node.draining()).forEach(node -> channels.put(node.nodeId(), 0));
        for (TargetRecord record : directory.snapshot()) {
            for (SessionRecord session : record.sessions()) {
                if (session.presence() == Presence.ATTACHED) {
                    channels.computeIfPresent(session.attach().nodeId(), (node, count) -> count + 1);
                }
            }
        }
        return channels;
    }

    private void giveAway(Map<String, Integer> channels) {
        int total = channels.values().stream().mapToInt(Integer::intValue).sum();
        double share = (double) total / channels.size();
        if (channels.size() < 2 || channels.getOrDefault(view.nodeId(), 0) <= share * (1 + TOLERANCE) + 1) {
            return;
        }
        int budget = (int) Math.max(1, pace.movesPerSecond() * pace.look().toMillis() / 1000);
        List<RebalancePlan.Move> moves = RebalancePlan.of(channels);
        for (RebalancePlan.Move move : moves) {
            if (move.from().equals(view.nodeId()) && budget > 0) {
                int moved = acceptor.move(
                        Math.min(budget, move.channels()), reason(move.to()), pace.look(), pace.patience());
                budget -= moved;
                LOG.log(Level.INFO, "{0} channels go from {1} to {2}", moved, move.from(), move.to());
            }
        }
    }

    private CloseReason reason(String to) {
        Optional<String> endpoint = Optional.ofNullable(view.nodes().get(to))
                .map(ClusterView.Node::address)
                .map(NodeAddress::endpoint)
                .filter(text -> !text.isEmpty());
        return new CloseReason(Code.DRAINING, "another node has room for it", endpoint);
    }

    /** Ends it. */
    public void close() {
        vertx.cancelTimer(timer);
    }
}
