package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;

/** What the records of many targets cost two nodes that keep them, beside what the nodes cost without any. */
final class StateWorkload {

    private final Settings settings;
    private final Consumer<Measurement> out;
    private final Contest contest;
    private final Nodes nodes;
    private final List<ChildProcess> keepers;
    private final ChildProcess records;
    private int put;

    private StateWorkload(Settings settings, Consumer<Measurement> out, Contest contest) {
        this.settings = settings;
        this.out = out;
        this.contest = contest;
        nodes = contest.nodes();
        keepers = List.of(nodes.node(), nodes.node());
        records = nodes.records(false);
    }

    static void run(Settings settings, Consumer<Measurement> out) throws InterruptedException {
        try (Contest contest = new Contest(settings)) {
            new StateWorkload(settings, out, contest).measure();
        }
    }

    private void measure() throws InterruptedException {
        register(1); // classes and pools are there
        Weight keepersFirst = weighKeepers();
        Weight recordsFirst = Weight.of(records.ask("weigh"));
        JsonArray idleFirst = idle();
        for (int n : settings.n(10_000, 100_000).stream().sorted().toList()) {
            double perSecond = (n - put) / register(n);
            double resyncSeconds = records.ask("resync").getDouble("seconds");
            long both = weighKeepers().minus(keepersFirst).heapBytes();
            long index = Weight.of(records.ask("weigh")).minus(recordsFirst).heapBytes();
            out.accept(Measurement.of("state", n, 0, 0)
                    .with("heap_bytes_per_record_on_each_node", (double) both / keepers.size() / n)
                    .with("heap_bytes_per_record_without_keeping", (double) index / n)
                    .with("records_put_per_s", perSecond)
                    .with("resync_ms", resyncSeconds * 1000)
                    .with("idle_cores_of_each_node", idle())
                    .with("idle_cores_without_records", idleFirst)
                    .with("join", joinOneMore()));
        }
    }

    /** Adds records until there are so many; the seconds that it took. */
    private double register(int n) {
        double seconds = records.ask("put", new JsonObject().put("from", put).put("to", n))
                .getDouble("seconds");
        put = n;
        keepers.forEach(keeper -> keeper.ask("await targets", new JsonObject().put("n", n)));
        return seconds;
    }

    private Weight weighKeepers() {
        return keepers.stream().map(keeper -> Weight.of(keeper.ask("weigh"))).reduce(Weight.NONE, Weight::plus);
    }

    /** How many cores each node keeps busy, once it is warm. */
    private JsonArray idle() throws InterruptedException {
        Thread.sleep(Math.round(settings.warmUpSeconds() * 1000));
        List<Usage> before = keepers.stream().map(ChildProcess::usage).toList();
        long began = System.nanoTime();
        Thread.sleep(Math.round(settings.measureSeconds() * 1000));
        double nanos = System.nanoTime() - began;
        JsonArray cores = new JsonArray();
        for (int i = 0; i < keepers.size(); i++) {
            long used = keepers.get(i).usage().minus(before.get(i)).cpuNanos();
            cores.add(Math.round(used / nanos * 10_000) / 10_000.0);
        }
        return cores;
    }

    /** A third node joins, takes its part of the records, and goes again. */
    private JsonObject joinOneMore() {
        ChildProcess third = contest.start(NodeRole.NAME);
        third.usage(); // it is up
        JsonObject joined = nodes.join(third, true);
        third.ask("leave");
        third.close();
        return joined;
    }
}
