package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;

/** A node dies of which the records of many targets say that it has their holders: the other one puts that right. */
final class SweepWorkload {

    private static final int PATIENCE_SECONDS = 60;
    private static final double BAR_MS = 1_000;

    private SweepWorkload() {}

    static void run(Settings settings, Consumer<Measurement> out) throws InterruptedException {
        for (int n : settings.n(10_000)) {
            try (Contest contest = new Contest(settings)) {
                out.accept(measure(settings, contest, n));
            }
        }
    }

    private static Measurement measure(Settings settings, Contest contest, int n) throws InterruptedException {
        Nodes nodes = contest.nodes();
        ChildProcess survivor = nodes.node();
        ChildProcess killed = nodes.records(true);
        killed.ask("put", new JsonObject().put("from", 0).put("to", n));
        survivor.ask("await targets", new JsonObject().put("n", n));
        Thread.sleep(Math.round(settings.warmUpSeconds() * 1000));
        survivor.ask("watch");
        long killedAt = System.currentTimeMillis();
        killed.kill();
        for (String change : List.of("CHANNEL_LOST", "RELEASED", "TARGET_WENT")) {
            survivor.ask(
                    "await",
                    new JsonObject().put("seen", change).put("count", n).put("seconds", PATIENCE_SECONDS));
        }
        JsonObject told =
                survivor.ask("tell", new JsonObject().put("killed_at", killedAt).put("lease_ms", nodes.leaseMillis()));
        return line(n, told);
    }

    private static Measurement line(int n, JsonObject told) {
        JsonObject changes = told.getJsonObject("changes");
        long removed = told.getLong("member_removed_ms");
        JsonObject lost = changes.getJsonObject("CHANNEL_LOST", new JsonObject());
        double swept = lost.getInteger("count", 0) == n ? lost.getDouble("last_ms") - removed : Double.NaN;
        return Measurement.of("sweep", n, 0, 0)
                .with("member_removed_ms", removed)
                .with("changes", changes)
                .atMost("swept after the member was removed, ms", swept, BAR_MS);
    }
}
