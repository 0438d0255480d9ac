package io.exchange.examples.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The processes of one run, each contender with its own. Closing it ends them. */
final class Contest implements AutoCloseable {

    static final String UNBATCHED = "bare vertx-grpc echo, unbatched";
    static final String BATCHED = "bare vertx-grpc echo, batched";
    static final String EXCHANGE = "exchange";

    private final Settings settings;
    private final List<ChildProcess> children = new ArrayList<>();

    Contest(Settings settings) {
        this.settings = settings;
    }

    /** What a contender does in its turn. */
    interface Turn {
        /**
         * Takes it.
         *
         * @param millis how long
         * @return what was done
         */
        Slice run(long millis);
    }

    static Contender contender(String name, Turn turn) {
        return new Contender() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Slice run(long millis) {
                return turn.run(millis);
            }
        };
    }

    ChildProcess start(String role) {
        ChildProcess child = ChildProcess.start(role, settings.jvmOptions());
        children.add(child);
        return child;
    }

    /** A controller and connectors, in a process each. */
    Sides exchange() {
        return sides(ControllerRole.NAME, ConnectorsRole.NAME, false);
    }

    /** So many controllers, clustered if there is more than one, and connectors that are dealt out to them. */
    Sides exchange(int nodes) {
        if (nodes == 1) {
            return exchange();
        }
        Nodes cluster = nodes();
        List<ChildProcess> senders = Stream.generate(cluster::node).limit(nodes).toList();
        return new Sides(senders, start(ConnectorsRole.NAME), false);
    }

    /** A cluster without a node. */
    Nodes nodes() {
        return new Nodes(this, settings.leaseSeconds());
    }

    /** The bare echo, in a process each. */
    Sides bare(boolean batched) {
        return sides(BareSenderRole.NAME, BareEchoRole.NAME, batched);
    }

    private Sides sides(String senderRole, String peerRole, boolean batched) {
        return new Sides(List.of(start(senderRole)), start(peerRole), batched);
    }

    List<Slice> run(Contender... contenders) {
        return Slices.run(settings, List.of(contenders));
    }

    @Override
    public void close() {
        children.forEach(ChildProcess::close);
    }
}
