package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** One line of output: what was measured, next to what. Fields that do not apply are null. */
final class Measurement {

    private final JsonObject json = new JsonObject();
    private final JsonArray bars = new JsonArray();

    private Measurement() {}

    /** A line about commands. */
    static Measurement of(String workload, Load load, Slice slice) {
        Measurement measurement = of(workload, load.n(), load.inFlight(), load.payloadBytes());
        measurement.figures(measurement.json, slice);
        return measurement;
    }

    /** A line about something else than commands; the figures are added one by one. */
    static Measurement of(String workload, int n, int inFlight, int payloadBytes) {
        Measurement measurement = new Measurement();
        measurement
                .json
                .put("workload", workload)
                .put("n", n)
                .put("inflight", inFlight)
                .put("payload_bytes", payloadBytes)
                .putNull("commands_per_s")
                .putNull("p50_us")
                .putNull("p99_us")
                .putNull("p999_us")
                .put("errors", 0)
                .putNull("cpu_us_per_command")
                .putNull("allocated_bytes_per_command")
                .putNull("baseline")
                .putNull("ratio");
        return measurement;
    }

    private void figures(JsonObject into, Slice slice) {
        boolean timed = slice.latency().p50Us() > 0;
        into.put("commands_per_s", Math.round(slice.commandsPerSecond()))
                .put("p50_us", timed ? rounded(slice.latency().p50Us()) : null)
                .put("p99_us", timed ? rounded(slice.latency().p99Us()) : null)
                .put("p999_us", timed ? rounded(slice.latency().p999Us()) : null)
                .put("errors", slice.errors())
                .put("cpu_us_per_command", rounded(slice.cpuMicrosPerCommand()))
                .put("allocated_bytes_per_command", Math.round(slice.allocatedBytesPerCommand()));
    }

    /** The baseline that the ratio is to, and the ratio of the commands per second. */
    Measurement baseline(String name, Slice ours, Slice baseline) {
        json.put("ratio", rounded(ours.commandsPerSecond() / baseline.commandsPerSecond()));
        return beside("baseline", name, baseline);
    }

    /** Another contender, for comparison. */
    Measurement beside(String field, String name, Slice slice) {
        JsonObject other = new JsonObject().put("name", name);
        figures(other, slice);
        return with(field, other);
    }

    Measurement with(String field, Object value) {
        json.put(field, value instanceof Double number ? (Object) rounded(number) : value);
        return this;
    }

    /** Something that has to be at least so much. */
    Measurement atLeast(String what, double is, double bar) {
        return bar(what, is, "at_least", bar, is >= bar);
    }

    /** Something that may be at most so much. */
    Measurement atMost(String what, double is, double bar) {
        return bar(what, is, "at_most", bar, is <= bar);
    }

    private Measurement bar(String what, double is, String limit, double bar, boolean met) {
        bars.add(new JsonObject()
                .put("what", what)
                .put("is", rounded(is))
                .put(limit, bar)
                .put("met", met));
        json.put("bars", bars);
        return this;
    }

    /** The machine was too slow or too busy for this line to say anything. */
    Measurement markVoid(boolean isVoid) {
        return isVoid ? with("void", true) : this;
    }

    String toLine() {
        return json.encode();
    }

    /** Three decimals; null, which JSON has no other word for, where there is no number. */
    private static @Nullable Double rounded(double value) {
        return Double.isFinite(value) ? (Double) (Math.round(value * 1000) / 1000.0) : null;
    }
}
