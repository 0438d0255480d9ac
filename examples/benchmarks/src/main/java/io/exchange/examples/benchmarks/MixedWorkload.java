package io.exchange.examples.benchmarks;

import io.exchange.examples.benchmarks.Load.Kind;
import java.util.List;
import java.util.function.Consumer;

/** Small commands beside 16 MiB payloads on the same channel. */
final class MixedWorkload {

    private static final double P99_BAR_US = 5_000;

    private MixedWorkload() {}

    static void run(Settings settings, Consumer<Measurement> out) {
        for (int inFlight : settings.inFlight(1, 16)) {
            for (int payload : settings.payloadBytes(100)) {
                measure(settings, new Load(Kind.BYTES, 1, 1, inFlight, payload), out);
            }
        }
    }

    private static void measure(Settings settings, Load load, Consumer<Measurement> out) {
        try (Contest contest = new Contest(settings)) {
            Sides exchange = contest.exchange();
            exchange.attach(1);
            List<Slice> slices = contest.run(
                    exchange.running("the same commands alone", load),
                    exchange.running(Contest.EXCHANGE, load.withKind(Kind.BESIDE_BULK)));
            Slice ours = slices.get(1);
            int channels = exchange.sender().ask("tell losses").getInteger("channels");
            int leases = exchange.peer().ask("tell losses").getInteger("leases");
            out.accept(Measurement.of("mixed", load, ours)
                    .baseline("the same commands alone", ours, slices.get(0))
                    .with("bulk_megabytes_per_s", ours.megabytesPerSecond())
                    .atMost("p99_us", ours.latency().p99Us(), P99_BAR_US)
                    .atMost("channels lost", channels, 0)
                    .atMost("leases lost", leases, 0));
        }
    }
}
