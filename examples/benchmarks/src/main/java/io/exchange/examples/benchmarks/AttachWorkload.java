package io.exchange.examples.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** How fast connectors attach, each on a connection of its own. A turn is one crowd of them. */
final class AttachWorkload {

    private static final double BAR = 0.7;
    private static final double CLUSTER_BAR = 0.5;

    /** A connector attaches by much code that runs once, and a command goes by little that runs often: it takes longer to compile. */
    private static final int WARM_UPS = 4;

    private AttachWorkload() {}

    static void run(Settings settings, Consumer<Measurement> out) {
        for (int nodes : settings.nodes(1, 2)) {
            for (int n : settings.n(1_000, 5_000)) {
                measure(settings, nodes, n, out);
            }
        }
    }

    private static void measure(Settings settings, int nodes, int n, Consumer<Measurement> out) {
        try (Contest contest = new Contest(settings)) {
            Sides bare = contest.bare(false);
            Sides exchange = contest.exchange(nodes);
            warmUp(settings, bare, n);
            warmUp(settings, exchange, n);
            List<Slice> ofBare = new ArrayList<>();
            List<Slice> ofExchange = new ArrayList<>();
            for (int i = 0; i < Slices.TURNS; i++) {
                ofBare.add(crowd(bare, n));
                ofExchange.add(crowd(exchange, n));
            }
            Slice ours = Slices.median(ofExchange);
            Slice opened = Slices.median(ofBare);
            out.accept(Measurement.of("attach", new Load(Load.Kind.BYTES, n, n, n, 0), ours)
                    .baseline("bare vertx-grpc streams opened", ours, opened)
                    .with("nodes", nodes)
                    .atLeast(
                            "to bare",
                            ours.commandsPerSecond() / opened.commandsPerSecond(),
                            nodes == 1 ? BAR : CLUSTER_BAR));
        }
    }

    /** At least one crowd, as the first one is always cold. */
    private static void warmUp(Settings settings, Sides sides, int n) {
        long end = System.nanoTime() + Math.round(WARM_UPS * settings.warmUpSeconds() * 1e9);
        do {
            crowd(sides, n);
        } while (System.nanoTime() < end);
    }

    private static Slice crowd(Sides sides, int n) {
        Usage before = sides.usage();
        double seconds = sides.attach(n);
        Slice slice =
                new Slice(seconds, n, 0, 0, Slice.Latency.NONE, sides.usage().minus(before));
        sides.detach();
        return slice;
    }
}
