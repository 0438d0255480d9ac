package io.exchange.controller.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Which nodes give how many channels to which, so that all have the same number but for one. Pure, so that all nodes that
 * count the same come to the same plan, and each carries out its own part.
 */
public final class RebalancePlan {

    /**
     * A part of a plan.
     *
     * @param from who gives
     * @param to who takes
     * @param channels how many
     */
    public record Move(String from, String to, int channels) {}

    private record Count(String node, int channels) {}

    private RebalancePlan() {}

    /**
     * Makes a plan. Those that have most keep the odd one, so that no more is moved than must be.
     *
     * @param channels how many each node has; nodes without any among them
     * @return the moves; no node gives and takes
     */
    public static List<Move> of(Map<String, Integer> channels) {
        List<Count> nodes = channels.entrySet().stream()
                .map(node -> new Count(node.getKey(), node.getValue()))
                .sorted(Comparator.comparingInt(Count::channels).reversed().thenComparing(Count::node))
                .toList();
        int total = nodes.stream().mapToInt(Count::channels).sum();
        List<Move> moves = new ArrayList<>();
        int giver = 0;
        int taker = nodes.size() - 1;
        int excess = 0;
        int room = 0;
        while (giver < taker) {
            Count from = nodes.get(giver);
            Count to = nodes.get(taker);
            excess = excess > 0 ? excess : from.channels - share(total, nodes.size(), giver);
            room = room > 0 ? room : share(total, nodes.size(), taker) - to.channels;
            int moved = Math.max(0, Math.min(excess, room));
            if (moved > 0) {
                moves.add(new Move(from.node, to.node, moved));
            }
            excess -= moved;
            room -= moved;
            taker -= room <= 0 ? 1 : 0;
            giver += excess <= 0 ? 1 : 0;
        }
        return moves;
    }

    private static int share(int total, int nodes, int place) {
        return total / nodes + (place < total % nodes ? 1 : 0);
    }
}
