package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** One sender or several, and those who answer. All are on their way up; the first attach waits for them. */
final class Sides {

    private final List<ChildProcess> senders;
    private final ChildProcess peer;
    private final boolean batched;
    private List<Integer> ports = List.of();

    Sides(List<ChildProcess> senders, ChildProcess peer, boolean batched) {
        this.senders = List.copyOf(senders);
        this.peer = peer;
        this.batched = batched;
    }

    ChildProcess sender() {
        return senders.get(0);
    }

    ChildProcess peer() {
        return peer;
    }

    /** Attaches connectors, or opens streams; gives the seconds that it took. */
    double attach(int n) {
        if (ports.isEmpty()) {
            JsonObject request = new JsonObject().put("batched", batched);
            ports = senders.stream()
                    .map(sender -> sender.ask("listen", request).getInteger("port"))
                    .toList();
        }
        return peer.ask(
                        "attach",
                        new JsonObject()
                                .put("n", n)
                                .put("ports", new JsonArray(ports))
                                .put("batched", batched))
                .getDouble("seconds");
    }

    /** What all have used. */
    Usage usage() {
        return ofSenders().plus(peer.usage());
    }

    /** What the senders have used. */
    Usage ofSenders() {
        return senders.stream().map(ChildProcess::usage).reduce(Usage.NONE, Usage::plus);
    }

    /** What the senders weigh together. */
    Weight weigh() {
        return senders.stream().map(sender -> Weight.of(sender.ask("weigh"))).reduce(Weight.NONE, Weight::plus);
    }

    void detach() {
        peer.ask("detach");
    }

    /** The first sender sends. */
    Contender running(String name, Load load) {
        return Contest.contender(name, millis -> {
            Usage before = peer.usage();
            Slice slice = Slice.of(sender().ask("run", load.toJson(millis)));
            return slice.plus(peer.usage().minus(before));
        });
    }
}
