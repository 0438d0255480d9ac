package io.exchange.examples.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** What can be measured. The name on the command line is the lower-case one. */
enum Workload {
    /** Commands inside one process. */
    EMBEDDED(
            "commands inside one process, from a foreign thread and from the channel's own loop, with 1, 1 000 and"
                    + " 100 000 targets; against requests on Vert.x's event bus",
            EmbeddedWorkload::run),
    /** Commands over gRPC. */
    GRPC(
            "commands over gRPC, raw bytes and JSON, with 1, 64 and 1 024 in flight, of 100 B to 10 KB, to 1, 100 and 1 000"
                    + " connectors; against a bare vertx-grpc echo, unbatched and batched",
            GrpcWorkload::run),
    /** Items. */
    STREAM(
            "items down one call, of 100 B and 64 KiB; against the batched echo and a bare stream of raw bytes",
            StreamWorkload::run),
    /** Small commands beside bulk. */
    MIXED(
            "small commands beside 16 MiB payloads on the same channel; against the same commands alone",
            MixedWorkload::run),
    /** Attaching. */
    ATTACH(
            "connectors attached per second to one node, and half and half to two, until each is told its grant; against bare"
                    + " streams opened",
            AttachWorkload::run),
    /** Memory. */
    HEAP(
            "heap, resident memory, threads and CPU per idle channel of one node, and of both of two; against bare idle"
                    + " streams",
            HeapWorkload::run),
    /** Commands through another node. */
    CLUSTER(
            "commands through another node, with 1, 64 and 1 024 in flight, to one target and spread over all, with 1 to"
                    + " 100 000 targets registered; against a channel of the same node, and the bare event bus",
            ClusterWorkload::run),
    /** A node is killed. */
    FAILOVER(
            "what the kill of one of two nodes costs callers and holders, with 1 000 targets that have a connector on each",
            FailoverWorkload::run),
    /** The records of a dead node. */
    SWEEP("how long it takes until 10 000 records of a node that was killed say so", SweepWorkload::run),
    /** The state of a cluster. */
    STATE("what 10 000 to 100 000 records cost two nodes: heap, CPU when idle, time to join", StateWorkload::run),
    /** Microbenchmarks. */
    JMH("encoding and decoding of frames, and the step of the election", JmhWorkload::run);

    /** Runs a workload and hands out each line. */
    private interface Body {
        void run(Settings settings, Consumer<Measurement> out) throws Exception;
    }

    private final String description;
    private final Body body;

    Workload(String description, Body body) {
        this.description = description;
        this.body = body;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String description() {
        return description;
    }

    void run(Settings settings, Consumer<Measurement> out) throws Exception {
        body.run(settings, out);
    }

    static Optional<Workload> of(String label) {
        return Arrays.stream(values())
                .filter(workload -> workload.label().equals(label))
                .findFirst();
    }
}
