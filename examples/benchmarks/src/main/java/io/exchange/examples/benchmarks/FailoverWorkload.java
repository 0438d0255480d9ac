package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * One of two nodes is killed while callers send to all targets by the other one. It has the holder of each target; every other
 * holder is killed with it, the rest attach again.
 */
final class FailoverWorkload {

    private static final int CALLERS = 64;
    private static final int PATIENCE_SECONDS = 60;
    private static final double AFTER_ATTACH_BAR_MS = 500;
    private static final double AFTER_LEASE_BAR_MS = 2_000;

    private final Settings settings;
    private final int n;
    private final int doomedTargets;
    private final Path counts;
    private final Nodes nodes;
    private final ChildProcess survivor;
    private final ChildProcess killed;
    private final ChildProcess connectors;
    private final ChildProcess doomed;

    private FailoverWorkload(Settings settings, Contest contest, int n, Path counts) {
        this.settings = settings;
        this.n = n;
        this.doomedTargets = n / 2;
        this.counts = counts;
        nodes = contest.nodes();
        survivor = nodes.node();
        killed = nodes.node();
        connectors = contest.start(ConnectorsRole.NAME);
        doomed = contest.start(ConnectorsRole.NAME);
    }

    static void run(Settings settings, Consumer<Measurement> out) throws IOException, InterruptedException {
        for (int n : settings.n(1_000)) {
            Path counts = Files.createTempFile("executions", ".bin");
            try (Contest contest = new Contest(settings)) {
                out.accept(new FailoverWorkload(settings, contest, n, counts).measure());
            } finally {
                Files.delete(counts);
            }
        }
    }

    private Measurement measure() throws IOException, InterruptedException {
        attach();
        survivor.ask("await targets", new JsonObject().put("n", n));
        survivor.ask("reach", new JsonObject().put("target", 0));
        survivor.ask("watch");
        survivor.ask("call", new JsonObject().put("callers", CALLERS).put("targets", n));
        Thread.sleep(Math.round(settings.warmUpSeconds() * 1000));
        long killedAt = System.currentTimeMillis();
        List.of(killed, doomed).forEach(ChildProcess::kill);
        // whoever it is: on a slow machine a lease may end before its holder is back, and then another one is told
        await("told", Aftermath.ANYONE, n);
        await("seen", "CONNECTOR_WENT", doomedTargets); // their grace is over: what is lost by then is lost
        JsonObject calls = survivor.ask("stop calling");
        JsonObject told =
                survivor.ask("tell", new JsonObject().put("killed_at", killedAt).put("lease_ms", nodes.leaseMillis()));
        return line(calls, told, Executions.in(counts).moreThanOnce(calls.getLong("commands")));
    }

    /** First those of the node that is to be killed, so that they are the holders; the other one does not listen before. */
    private void attach() {
        JsonObject file = new JsonObject().put("file", counts.toString());
        connectors.ask("count", file);
        doomed.ask("count", file);
        List<Integer> first = List.of(Nodes.listen(killed));
        int second = Nodes.freePort();
        connectors.ask(
                "attach",
                Crowd.of(n - doomedTargets, 0, first)
                        .every(2)
                        .named(Aftermath.MOVED)
                        .orAt(second)
                        .toJson());
        doomed.ask(
                "attach",
                Crowd.of(doomedTargets, 1, first)
                        .every(2)
                        .named(Aftermath.DOOMED)
                        .toJson());
        survivor.ask("listen", new JsonObject().put("port", second));
        connectors.ask(
                "attach",
                Crowd.of(n, 0, List.of(second))
                        .named(Aftermath.STANDBY)
                        .secondary()
                        .toJson());
    }

    private void await(String what, String which, int count) {
        survivor.ask(
                "await", new JsonObject().put(what, which).put("count", count).put("seconds", PATIENCE_SECONDS));
    }

    private Measurement line(JsonObject calls, JsonObject told, long ranTwice) {
        JsonObject afterAttach = told.getJsonObject("reattached_after_attach_ms");
        JsonObject afterLease = told.getJsonObject("replaced_after_lease_ms");
        int toldCount = afterAttach.getInteger("count") + afterLease.getInteger("count");
        JsonObject changes = told.getJsonObject("changes");
        int lost = seen(changes, "TARGET_WENT") + seen(changes, "CONNECTOR_LOST");
        Measurement line = Measurement.of("failover", n, CALLERS, Long.BYTES);
        told.forEach(field -> line.with(field.getKey(), field.getValue()));
        return line.with("commands", calls.getLong("commands"))
                .with("failures", calls.getJsonObject("failures"))
                .with("longest_command_ms", calls.getLong("longest_ms"))
                .atMost("holders that were not told", (double) n - toldCount, 0)
                .atMost("holders with another term", told.getInteger("reattached_with_another_term"), 0)
                .atMost("told after attach, ms", afterAttach.getDouble("max", Double.NaN), AFTER_ATTACH_BAR_MS)
                .atMost("told after the lease, ms", afterLease.getDouble("max", Double.NaN), AFTER_LEASE_BAR_MS)
                .atMost("wrongly reported lost", lost, 0)
                .atMost("commands run twice", (double) ranTwice, 0);
    }

    private static int seen(JsonObject changes, String what) {
        return changes.getJsonObject(what, new JsonObject()).getInteger("count", 0);
    }
}
