package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonObject;

/**
 * What one contender did while it was its turn.
 *
 * @param seconds how long its turn was
 * @param commands how many commands ended meanwhile
 * @param errors how many of them failed
 * @param bytes how many bytes of bulk or of items came through
 * @param latency how long the commands took; zeros where nothing was timed
 * @param usage what it used meanwhile, in all its processes
 */
record Slice(double seconds, long commands, long errors, long bytes, Latency latency, Usage usage) {

    /** Percentiles in microseconds. */
    record Latency(double p50Us, double p99Us, double p999Us) {
        static final Latency NONE = new Latency(0, 0, 0);
    }

    /** The same, with what another process used for it. */
    Slice plus(Usage other) {
        return new Slice(seconds, commands, errors, bytes, latency, usage.plus(other));
    }

    /** The same, with bulk that went beside the commands. */
    Slice plus(long bulkBytes, long bulkErrors) {
        return new Slice(seconds, commands, errors + bulkErrors, bytes + bulkBytes, latency, usage);
    }

    double commandsPerSecond() {
        return commands / seconds;
    }

    double megabytesPerSecond() {
        return bytes / seconds / 1e6;
    }

    double cpuMicrosPerCommand() {
        return usage.cpuNanos() / 1e3 / Math.max(1, commands);
    }

    double allocatedBytesPerCommand() {
        return (double) usage.allocatedBytes() / Math.max(1, commands);
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("seconds", seconds)
                .put("commands", commands)
                .put("errors", errors)
                .put("bytes", bytes)
                .put("p50", latency.p50Us)
                .put("p99", latency.p99Us)
                .put("p999", latency.p999Us)
                .put("usage", usage.toJson());
    }

    static Slice of(JsonObject json) {
        return new Slice(
                json.getDouble("seconds"),
                json.getLong("commands"),
                json.getLong("errors"),
                json.getLong("bytes"),
                new Latency(json.getDouble("p50"), json.getDouble("p99"), json.getDouble("p999")),
                Usage.of(json.getJsonObject("usage")));
    }
}
