package io.exchange.examples.benchmarks;

import java.util.List;

/**
 * What the command line said.
 *
 * @param n numbers of connectors; empty for those of the workload
 * @param inFlight numbers of commands in flight; empty for those of the workload
 * @param payloadBytes lengths of payloads; empty for those of the workload
 * @param nodes numbers of nodes; empty for those of the workload
 * @param leaseSeconds the longest that a grant holds, where a workload kills its holder
 * @param warmUpSeconds how long each contender runs before it counts
 * @param measureSeconds how long each contender runs while it counts, in all its slices together
 * @param jvmOptions more options for the Java virtual machines of the children
 */
record Settings(
        List<Integer> n,
        List<Integer> inFlight,
        List<Integer> payloadBytes,
        List<Integer> nodes,
        double leaseSeconds,
        double warmUpSeconds,
        double measureSeconds,
        List<String> jvmOptions) {

    /** Copies what could change. */
    Settings {
        n = List.copyOf(n);
        inFlight = List.copyOf(inFlight);
        payloadBytes = List.copyOf(payloadBytes);
        nodes = List.copyOf(nodes);
        jvmOptions = List.copyOf(jvmOptions);
    }

    List<Integer> n(Integer... usual) {
        return n.isEmpty() ? List.of(usual) : n;
    }

    List<Integer> inFlight(Integer... usual) {
        return inFlight.isEmpty() ? List.of(usual) : inFlight;
    }

    List<Integer> payloadBytes(Integer... usual) {
        return payloadBytes.isEmpty() ? List.of(usual) : payloadBytes;
    }

    List<Integer> nodes(Integer... usual) {
        return nodes.isEmpty() ? List.of(usual) : nodes;
    }

    /** Whether the command line leaves the choice of combinations to the workload. */
    boolean isUsual() {
        return n.isEmpty() && inFlight.isEmpty() && payloadBytes.isEmpty();
    }
}
