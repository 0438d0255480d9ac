package io.exchange.examples.benchmarks;

import io.exchange.examples.benchmarks.Load.Kind;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;

/** Items down one call. */
final class StreamWorkload {

    private static final int SMALL = 100;
    private static final int LARGE = 64 << 10;
    private static final int ECHO_IN_FLIGHT = 1024;
    private static final double ECHO_BAR = 0.6;
    private static final double STREAM_BAR = 0.8;

    private StreamWorkload() {}

    static void run(Settings settings, Consumer<Measurement> out) {
        for (int payload : settings.payloadBytes(SMALL, LARGE)) {
            measure(settings, new Load(Kind.ITEMS, 1, 1, 1, payload), out);
        }
    }

    private static void measure(Settings settings, Load load, Consumer<Measurement> out) {
        Load echoLoad = new Load(Kind.BYTES, 1, 1, ECHO_IN_FLIGHT, SMALL);
        try (Contest contest = new Contest(settings)) {
            Sides echo = contest.bare(true);
            Sides stream = contest.bare(false);
            Sides exchange = contest.exchange();
            for (Sides sides : List.of(echo, stream, exchange)) {
                sides.attach(1);
            }
            List<Slice> slices = contest.run(
                    echo.running(Contest.BATCHED, echoLoad),
                    bareStream(stream, load),
                    exchange.running(Contest.EXCHANGE, load));
            out.accept(line(load, slices.get(2), slices.get(1), slices.get(0)));
        }
    }

    private static Contender bareStream(Sides sides, Load load) {
        Contender counting = sides.running("bare vertx-grpc stream", load);
        return Contest.contender(counting.name(), millis -> {
            sides.peer().ask("write items", new JsonObject().put("payload_bytes", load.payloadBytes()));
            Slice slice = counting.run(millis);
            sides.peer().ask("stop writing");
            return slice;
        });
    }

    private static Measurement line(Load load, Slice ours, Slice stream, Slice echo) {
        Measurement line = Measurement.of("stream", load, ours)
                .baseline("bare vertx-grpc stream of raw bytes", ours, stream)
                .with("megabytes_per_s", ours.megabytesPerSecond())
                .with("baseline_megabytes_per_s", stream.megabytesPerSecond())
                .beside("other_baseline", Contest.BATCHED, echo)
                .markVoid(echo.commandsPerSecond() < GrpcWorkload.BATCHED_AT_LEAST);
        return load.payloadBytes() == SMALL
                ? line.atLeast("items to echoes", ours.commandsPerSecond() / echo.commandsPerSecond(), ECHO_BAR)
                : line.atLeast("bytes to bytes", ours.megabytesPerSecond() / stream.megabytesPerSecond(), STREAM_BAR);
    }
}
