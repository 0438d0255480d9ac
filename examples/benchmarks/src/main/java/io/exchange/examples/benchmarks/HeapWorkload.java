package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/** What an idle channel costs the controller; of a cluster, all its nodes together. */
final class HeapWorkload {

    private static final double BAR = 1.25;
    private static final double CLUSTER_BAR = 1.5;

    /** Attached before anything is weighed, so that classes and pools are there. */
    private static final int FIRST = 10;

    private HeapWorkload() {}

    /** What was added by so many channels, or streams. */
    private record Added(Weight weight, int n) {
        double heap() {
            return (double) weight.heapBytes() / n;
        }

        double resident() {
            return (double) weight.residentBytes() / n;
        }
    }

    static void run(Settings settings, Consumer<Measurement> out) throws InterruptedException {
        for (int nodes : settings.nodes(1, 2)) {
            for (int n : settings.n(1_000, 5_000)) {
                measure(settings, nodes, n, out);
            }
        }
    }

    private static void measure(Settings settings, int nodes, int n, Consumer<Measurement> out)
            throws InterruptedException {
        try (Contest contest = new Contest(settings)) {
            Added bare = weigh(contest.bare(false), n);
            Sides exchange = contest.exchange(nodes);
            Added ours = weigh(exchange, n);
            double ratio = ours.heap() / bare.heap();
            Measurement line = Measurement.of("heap", n, 0, 0)
                    .with("nodes", nodes)
                    .with("heap_bytes_per_channel", ours.heap())
                    .with("resident_bytes_per_channel", ours.resident())
                    .with("threads", ours.weight().threads())
                    .with("idle_cores", Idle.cores(exchange::ofSenders, settings.measureSeconds()))
                    .with("baseline", json(bare))
                    .with("ratio", ratio)
                    .atMost("heap to bare", ratio, nodes == 1 ? BAR : CLUSTER_BAR);
            // the pools of a cluster start their threads one by one, however many channels there are
            out.accept(nodes == 1 ? line.atMost("threads", ours.weight().threads(), 0) : line);
        }
    }

    private static JsonObject json(Added bare) {
        return new JsonObject()
                .put("name", "bare idle vertx-grpc streams")
                .put("heap_bytes_per_channel", Math.round(bare.heap()))
                .put("resident_bytes_per_channel", Math.round(bare.resident()))
                .put("threads", bare.weight().threads());
    }

    private static Added weigh(Sides sides, int n) {
        sides.attach(FIRST);
        Weight before = sides.weigh();
        sides.attach(n);
        return new Added(sides.weigh().minus(before), n);
    }
}
