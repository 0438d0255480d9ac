package io.exchange.examples.benchmarks;

import io.exchange.examples.benchmarks.Load.Kind;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;

/** Commands inside one process. */
final class EmbeddedWorkload {

    private static final double FOREIGN_BAR = 500_000;
    private static final double OWN_LOOP_BAR = 2_000_000;
    private static final int MANY_IN_FLIGHT = 64;

    private EmbeddedWorkload() {}

    static void run(Settings settings, Consumer<Measurement> out) {
        for (int n : settings.n(1, 1_000, 100_000)) {
            for (int inFlight : settings.inFlight(1, MANY_IN_FLIGHT)) {
                for (int payload : settings.payloadBytes(100)) {
                    Load load = new Load(Kind.BYTES, n, 1, inFlight, payload);
                    measure(settings, load, out);
                    measure(settings, load.withKind(Kind.BYTES_FROM_THREAD), out);
                }
            }
        }
    }

    private static void measure(Settings settings, Load load, Consumer<Measurement> out) {
        try (Contest contest = new Contest(settings)) {
            ChildProcess bus = contest.start(EventBusRole.NAME);
            ChildProcess exchange = contest.start(EmbeddedRole.NAME);
            JsonObject n = new JsonObject().put("n", load.n());
            bus.ask("attach", n);
            exchange.ask("attach", n);
            List<Slice> slices = contest.run(
                    Contest.contender("event bus", millis -> Slice.of(bus.ask("run", load.toJson(millis)))),
                    Contest.contender("exchange", millis -> Slice.of(exchange.ask("run", load.toJson(millis)))));
            out.accept(line(load, slices.get(1), slices.get(0)));
        }
    }

    private static Measurement line(Load load, Slice ours, Slice bus) {
        boolean foreign = load.kind() == Kind.BYTES_FROM_THREAD;
        Measurement line = Measurement.of(foreign ? "embedded-foreign-thread" : "embedded-own-loop", load, ours)
                .baseline("event bus inside one process", ours, bus);
        if (load.n() >= EmbeddedRole.MANY_CHANNELS) {
            line.with("note", "heartbeats every 5 minutes and no health checks");
        }
        if (load.inFlight() >= MANY_IN_FLIGHT) {
            line.atLeast("commands_per_s", ours.commandsPerSecond(), foreign ? FOREIGN_BAR : OWN_LOOP_BAR);
        }
        return line;
    }
}
