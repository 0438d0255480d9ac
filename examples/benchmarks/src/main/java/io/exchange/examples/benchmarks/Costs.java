package io.exchange.examples.benchmarks;

import java.util.HashMap;
import java.util.Map;

/**
 * What a command costs with many targets, to what it cost with the fewest; each kind of load to itself. With one in flight that
 * is the median time it takes. With many it is the time of the processors and of the clock for each.
 */
final class Costs {

    /** With fewer targets than this nothing is spread, so they are not what others are compared to. */
    static final int FEWEST = 10;

    private static final double TO_ONE_BAR = 1.1;
    private static final double SPREAD_BAR = 1.5;

    private final Map<String, Slice> first = new HashMap<>();

    /** Adds to the line of a load that goes to one target. */
    Measurement toOne(Measurement line, Load load, Slice ours) {
        return add(line, load, ours, "one", TO_ONE_BAR);
    }

    /** Adds to the line of a load that is spread. */
    Measurement spread(Measurement line, Load load, Slice ours) {
        return add(line, load, ours, "spread", SPREAD_BAR);
    }

    private Measurement add(Measurement line, Load load, Slice ours, String what, double bar) {
        if (load.n() < FEWEST) {
            return line;
        }
        Slice fewest = first.computeIfAbsent(what + ' ' + load.inFlight() + ' ' + load.payloadBytes(), kind -> ours);
        line.with("cpu_to_fewest", ours.cpuMicrosPerCommand() / fewest.cpuMicrosPerCommand());
        return load.inFlight() == 1
                ? line.atMost(
                        "p50 to fewest",
                        ours.latency().p50Us() / fewest.latency().p50Us(),
                        bar)
                : line.atMost("time to fewest", fewest.commandsPerSecond() / ours.commandsPerSecond(), bar);
    }
}
