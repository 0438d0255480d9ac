package io.exchange.examples.benchmarks;

import io.exchange.examples.benchmarks.Slice.Latency;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Lets contenders take turns, so that what the machine does meanwhile strikes all of them alike, and gives the median of what
 * each did, figure by figure.
 */
final class Slices {

    /** How many turns each contender has. */
    static final int TURNS = 3;

    private Slices() {}

    /** The median slice of each contender, in their order. */
    static List<Slice> run(Settings settings, List<Contender> contenders) {
        long warmUp = Math.round(settings.warmUpSeconds() * 1000);
        long turn = Math.max(1, Math.round(settings.measureSeconds() * 1000 / TURNS));
        List<List<Slice>> taken = new ArrayList<>();
        for (Contender contender : contenders) {
            taken.add(new ArrayList<>());
            if (warmUp > 0) {
                contender.run(warmUp);
            }
        }
        for (int i = 0; i < TURNS; i++) {
            for (int who = 0; who < contenders.size(); who++) {
                taken.get(who).add(contenders.get(who).run(turn));
            }
        }
        return taken.stream().map(Slices::median).toList();
    }

    /** Each figure the median of its own. */
    static Slice median(List<Slice> slices) {
        Usage usage = new Usage(
                mid(slices, slice -> slice.usage().cpuNanos()),
                mid(slices, slice -> slice.usage().allocatedBytes()));
        Latency latency = new Latency(
                middle(slices, slice -> slice.latency().p50Us()),
                middle(slices, slice -> slice.latency().p99Us()),
                middle(slices, slice -> slice.latency().p999Us()));
        return new Slice(
                middle(slices, Slice::seconds),
                mid(slices, Slice::commands),
                slices.stream().mapToLong(Slice::errors).sum(),
                mid(slices, Slice::bytes),
                latency,
                usage);
    }

    private static double middle(List<Slice> slices, ToDoubleFunction<Slice> figure) {
        return slices.stream().mapToDouble(figure).sorted().toArray()[slices.size() / 2];
    }

    private static long mid(List<Slice> slices, ToLongFunction<Slice> figure) {
        return slices.stream()
                .map(figure::applyAsLong)
                .sorted(Comparator.naturalOrder())
                .toList()
                .get(slices.size() / 2);
    }
}
