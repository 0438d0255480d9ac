package io.exchange.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.controller.cluster.RebalancePlan.Move;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RebalancePlanProperties {

    @Property
    void afterwards_no_two_nodes_differ_by_more_than_one_channel(
            @ForAll @Size(min = 1, max = 9) List<@IntRange(max = 5000) Integer> counts) {
        Map<String, Integer> after = apply(nodes(counts));
        assertThat(after.values().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(counts.stream().mapToInt(Integer::intValue).sum());
        int most = after.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        int least = after.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
        assertThat(most - least).isLessThanOrEqualTo(1);
    }

    @Property
    void no_more_is_moved_than_is_too_much_and_nobody_gives_and_takes(
            @ForAll @Size(min = 1, max = 9) List<@IntRange(max = 5000) Integer> counts) {
        Map<String, Integer> nodes = nodes(counts);
        int total = counts.stream().mapToInt(Integer::intValue).sum();
        int odd = total % counts.size();
        int tooMuch = nodes.values().stream()
                .mapToInt(count -> Math.max(0, count - total / counts.size()))
                .sum();
        int above = (int) nodes.values().stream()
                .filter(count -> count > total / counts.size())
                .count();
        List<Move> moves = RebalancePlan.of(nodes);

        assertThat(moves.stream().mapToInt(Move::channels).sum()).isEqualTo(tooMuch - Math.min(odd, above));
        Set<String> takers = moves.stream().map(Move::to).collect(Collectors.toSet());
        assertThat(moves).noneMatch(move -> takers.contains(move.from()));
        assertThat(moves).allSatisfy(move -> assertThat(move.channels()).isPositive());
    }

    @Property
    void what_is_balanced_stays(@ForAll @Size(min = 1, max = 9) List<@IntRange(max = 5000) Integer> counts) {
        assertThat(RebalancePlan.of(apply(nodes(counts)))).isEmpty();
    }

    private static Map<String, Integer> nodes(List<Integer> counts) {
        Map<String, Integer> nodes = new HashMap<>();
        for (Integer count : counts) {
            nodes.put("node-" + nodes.size(), count);
        }
        return nodes;
    }

    private static Map<String, Integer> apply(Map<String, Integer> nodes) {
        Map<String, Integer> after = new HashMap<>(nodes);
        for (Move move : RebalancePlan.of(nodes)) {
            after.merge(move.from(), -move.channels(), Integer::sum);
            after.merge(move.to(), move.channels(), Integer::sum);
        }
        return after;
    }
}
