package io.exchange.examples.benchmarks;

import io.exchange.examples.benchmarks.Load.Kind;
import java.util.List;
import java.util.function.Consumer;

/** Commands over gRPC, raw bytes and JSON, beside both bare echoes. */
final class GrpcWorkload {

    /** A batched echo below this makes a run void: the machine is too slow or too busy. */
    static final double BATCHED_AT_LEAST = 1_000_000;

    private static final int SPREAD = 10;
    private static final int SMALL = 100;
    private static final int LARGE = 10 << 10;
    private static final int MANY_IN_FLIGHT = 1024;

    private GrpcWorkload() {}

    static void run(Settings settings, Consumer<Measurement> out) {
        for (int n : settings.n(1, 100, 1_000)) {
            for (int payload : settings.payloadBytes(SMALL, 1 << 10, LARGE)) {
                for (int inFlight : settings.inFlight(1, 64, MANY_IN_FLIGHT)) {
                    if (n == 1 || payload == SMALL || !settings.isUsual()) { // all combinations would take an hour more
                        measure(settings, new Load(Kind.BYTES, n, Math.min(n, SPREAD), inFlight, payload), out);
                    }
                }
            }
        }
    }

    private static void measure(Settings settings, Load load, Consumer<Measurement> out) {
        try (Contest contest = new Contest(settings)) {
            Sides unbatched = contest.bare(false);
            Sides batched = contest.bare(true);
            Sides bytes = contest.exchange();
            Sides json = contest.exchange();
            for (Sides sides : List.of(unbatched, batched, bytes, json)) {
                sides.attach(load.n());
            }
            List<Slice> slices = contest.run(
                    unbatched.running(Contest.UNBATCHED, load),
                    batched.running(Contest.BATCHED, load),
                    bytes.running(Contest.EXCHANGE, load),
                    json.running(Contest.EXCHANGE, load.withKind(Kind.JSON)));
            Slice bare = slices.get(0);
            Slice bareBatched = slices.get(1);
            out.accept(
                    bars(line("grpc", load, slices.get(2), bare, bareBatched), load, slices.get(2), bare, bareBatched));
            out.accept(line("grpc-json", load, slices.get(3), bare, bareBatched));
        }
    }

    private static Measurement line(String workload, Load load, Slice ours, Slice unbatched, Slice batched) {
        boolean one = load.inFlight() == 1;
        boolean many = load.inFlight() >= MANY_IN_FLIGHT && load.payloadBytes() <= SMALL;
        return Measurement.of(workload, load, ours)
                .baseline(one ? Contest.UNBATCHED : Contest.BATCHED, ours, one ? unbatched : batched)
                .beside("other_baseline", one ? Contest.BATCHED : Contest.UNBATCHED, one ? batched : unbatched)
                .markVoid(many && batched.commandsPerSecond() < BATCHED_AT_LEAST);
    }

    private static Measurement bars(Measurement line, Load load, Slice ours, Slice unbatched, Slice batched) {
        double toUnbatched = ours.commandsPerSecond() / unbatched.commandsPerSecond();
        double toBatched = ours.commandsPerSecond() / batched.commandsPerSecond();
        if (load.n() != 1) {
            return line;
        }
        if (load.inFlight() == 1) {
            return line.atMost(
                    "p50 to unbatched",
                    ours.latency().p50Us() / unbatched.latency().p50Us(),
                    1.3);
        }
        if (load.payloadBytes() == SMALL && load.inFlight() == MANY_IN_FLIGHT) {
            return line.atLeast("to batched", toBatched, 0.6).atLeast("to unbatched", toUnbatched, 2.5);
        }
        if (load.payloadBytes() == LARGE) {
            return line.atLeast("to the better one", Math.min(toBatched, toUnbatched), 0.8);
        }
        return line;
    }
}
