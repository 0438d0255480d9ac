package io.exchange.examples.benchmarks;

import io.exchange.examples.benchmarks.Load.Kind;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Commands from a node to connectors of another one. The same processes are measured again and again while more and more targets
 * are registered: up to 5 000 with a connector, the others by a record alone.
 */
final class ClusterWorkload {

    private static final int MOST_CONNECTORS = 5_000;
    private static final int MANY_IN_FLIGHT = 1024;
    private static final int COSTS_FROM = 10;
    private static final double LOCAL_BAR = 0.3;
    private static final double BUS_BAR = 1.5;
    private static final double TO_ONE_BAR = 1.1;
    private static final double SPREAD_BAR = 1.5;

    private final Settings settings;
    private final Consumer<Measurement> out;
    private final Contest contest;
    private final ChildProcess here;
    private final ChildProcess there;
    private final ChildProcess connectors;
    private final ChildProcess records;
    private final int portHere;
    private final int portThere;
    private final Map<Integer, Slice> cheapest = new HashMap<>();
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
        for (int n : settings.n(1, COSTS_FROM, 1_000, 10_000, 100_000).stream()
                .sorted()
                .toList()) {
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
        attach(real - attached, attached, portThere);
        attached = real;
        if (n > put) {
            records.ask("put", new JsonObject().put("from", put).put("to", n));
            put = n;
        }
        here.ask("await targets", new JsonObject().put("n", n + 1));
        there.ask("await targets", new JsonObject().put("n", n + 1));
        here.ask("reach", new JsonObject().put("target", 0));
    }

    private void measure(Load load) {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(sending("the same command to a channel of the same node", load.withKind(Kind.BYTES_HERE)));
        contenders.add(sending(Contest.EXCHANGE, load));
        if (load.n() > 1) {
            contenders.add(sending(Contest.EXCHANGE, load.withSpread(attached)));
        }
        if (load.inFlight() == 1) {
            contenders.add(sending("event bus", load.withKind(Kind.EVENT_BUS)));
        }
        List<Slice> slices = contest.run(contenders.toArray(Contender[]::new));
        Slice local = slices.get(0);
        Slice toOne = slices.get(1);
        boolean counts = load.n() >= COSTS_FROM && load.inFlight() >= MANY_IN_FLIGHT;
        Slice first = counts ? cheapest.computeIfAbsent(load.payloadBytes(), bytes -> toOne) : toOne;
        Measurement line = line("cluster", load, toOne, local);
        if (load.inFlight() == 1) {
            bars(line, toOne, local, slices.get(slices.size() - 1));
        } else if (load.inFlight() >= MANY_IN_FLIGHT) {
            line.atLeast("to the same node", toOne.commandsPerSecond() / local.commandsPerSecond(), LOCAL_BAR);
        }
        out.accept(counts ? cost(line, toOne, first, TO_ONE_BAR) : line);
        if (load.n() > 1) {
            Measurement spread = line("cluster-spread", load.withSpread(attached), slices.get(2), local);
            out.accept(counts ? cost(spread, slices.get(2), first, SPREAD_BAR) : spread);
        }
    }

    private static Measurement line(String workload, Load load, Slice ours, Slice local) {
        return Measurement.of(workload, load, ours)
                .with("targets_sent_to", load.spread())
                .baseline("a channel of the same node", ours, local);
    }

    private static void bars(Measurement line, Slice ours, Slice local, Slice bus) {
        double most = local.latency().p50Us() + BUS_BAR * bus.latency().p50Us();
        line.beside("other_baseline", "event bus between the two nodes", bus)
                .atMost("p50_us", ours.latency().p50Us(), most);
    }

    /** Time and CPU of a command, to what it takes to one target where fewest are registered. */
    private static Measurement cost(Measurement line, Slice ours, Slice first, double bar) {
        return line.with("cpu_to_fewest", ours.cpuMicrosPerCommand() / first.cpuMicrosPerCommand())
                .atMost("time to fewest", first.commandsPerSecond() / ours.commandsPerSecond(), bar);
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
