package io.exchange.examples.benchmarks;

import io.exchange.examples.benchmarks.Load.Kind;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Commands from a node to connectors of another one. The same processes are measured again and again while more and more targets
 * are registered: up to 5 000 with a connector, the others by a record alone.
 */
final class ClusterWorkload {

    private static final int MOST_CONNECTORS = 5_000;
    private static final int MANY_IN_FLIGHT = 1024;
    private static final int FEW = Costs.FEWEST;
    private static final double LOCAL_BAR = 0.3;
    private static final double BUS_BAR = 1.5;

    private final Settings settings;
    private final Consumer<Measurement> out;
    private final Contest contest;
    private final ChildProcess here;
    private final ChildProcess there;
    private final ChildProcess connectors;
    private final ChildProcess records;
    private final Sides bare;
    private final int portHere;
    private final int portThere;
    private final Costs costs = new Costs();
    private int attached;
    private int put = MOST_CONNECTORS;

    private ClusterWorkload(Settings settings, Consumer<Measurement> out, Contest contest) {
        this.settings = settings;
        this.out = out;
        this.contest = contest;
        Nodes nodes = contest.nodes();
        here = nodes.node();
        there = nodes.node();
        records = nodes.records(false);
        connectors = contest.start(ConnectorsRole.NAME);
        bare = contest.bare(false);
        portHere = Nodes.listen(here);
        portThere = Nodes.listen(there);
    }

    static void run(Settings settings, Consumer<Measurement> out) {
        try (Contest contest = new Contest(settings)) {
            new ClusterWorkload(settings, out, contest).measure();
        }
    }

    private void measure() {
        there.ask("serve bus");
        attach(1, Commands.HERE, portHere);
        for (int n :
                settings.n(1, FEW, 1_000, 10_000, 100_000).stream().sorted().toList()) {
            register(n);
            for (int inFlight : settings.inFlight(1, 64, MANY_IN_FLIGHT)) {
                for (int payload : settings.payloadBytes(100)) {
                    measure(new Load(Kind.BYTES, n, 1, inFlight, payload));
                }
            }
        }
    }

    private void attach(int n, int first, int port) {
        connectors.ask("attach", Crowd.of(n, first, List.of(port)).toJson());
    }

    private void register(int n) {
        int real = Math.min(n, MOST_CONNECTORS);
        if (real > attached) {
            attach(real - attached, attached, portThere);
            bare.attach(real - attached);
            attached = real;
        }
        if (n > put) {
            records.ask("put", new JsonObject().put("from", put).put("to", n));
            put = n;
        }
        JsonObject all = new JsonObject().put("n", n + 1); // and the one of the channel here
        here.ask("await targets", all);
        there.ask("await targets", all);
        here.ask("reach", new JsonObject().put("target", 0));
    }

    private void measure(Load load) {
        Load spread = load.withSpread(attached);
        List<Contender> contenders = new ArrayList<>(List.of(
                sending("the same node", load.withKind(Kind.BYTES_HERE)),
                sending("event bus", load.withKind(Kind.EVENT_BUS)),
                sending(Contest.EXCHANGE, load)));
        if (load.n() > 1) {
            contenders.add(sending(Contest.EXCHANGE, spread));
            contenders.add(bare.running(Contest.UNBATCHED, spread));
        }
        List<Slice> slices = contest.run(contenders.toArray(Contender[]::new));
        Slice local = slices.get(0);
        Slice bus = slices.get(1);
        Slice ours = slices.get(2);
        out.accept(costs.toOne(bars(line("cluster", load, ours, local, bus), load, ours, local, bus), load, ours));
        if (load.n() > 1) {
            Slice over = slices.get(3);
            Measurement line = line("cluster-spread", spread, over, local, bus)
                    .beside("bare_spread", Contest.UNBATCHED, slices.get(4));
            out.accept(costs.spread(line, spread, over));
        }
    }

    private static Measurement line(String workload, Load load, Slice ours, Slice local, Slice bus) {
        return Measurement.of(workload, load, ours)
                .with("targets_sent_to", load.spread())
                .baseline("the same command to a channel of the same node", ours, local)
                .beside("other_baseline", "event bus between the two nodes", bus);
    }

    private static Measurement bars(Measurement line, Load load, Slice ours, Slice local, Slice bus) {
        if (load.inFlight() == 1) {
            double most = local.latency().p50Us() + BUS_BAR * bus.latency().p50Us();
            return line.atMost("p50_us", ours.latency().p50Us(), most);
        }
        return load.inFlight() < MANY_IN_FLIGHT
                ? line
                : line.atLeast("to the same node", ours.commandsPerSecond() / local.commandsPerSecond(), LOCAL_BAR);
    }

    /** What all processes use counts for each, as all of them hold all targets. */
    private Contender sending(String name, Load load) {
        return Contest.contender(name, millis -> {
            Usage before = there.usage().plus(connectors.usage());
            Slice slice = Slice.of(here.ask("run", load.toJson(millis)));
            return slice.plus(there.usage().plus(connectors.usage()).minus(before));
        });
    }
}
