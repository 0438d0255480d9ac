package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

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

    /** A sender and those who answer it. Both are on their way up; the first attach waits for them. */
    static final class Sides {
        private final ChildProcess sender;
        private final ChildProcess peer;
        private final boolean batched;
        private int port;

        private Sides(ChildProcess sender, ChildProcess peer, boolean batched) {
            this.sender = sender;
            this.peer = peer;
            this.batched = batched;
        }

        ChildProcess sender() {
            return sender;
        }

        ChildProcess peer() {
            return peer;
        }

        /** Attaches connectors, or opens streams; gives the seconds that it took. */
        double attach(int n) {
            if (port == 0) {
                port = sender.ask("listen", new JsonObject().put("batched", batched))
                        .getInteger("port");
            }
            return peer.ask(
                            "attach",
                            new JsonObject().put("n", n).put("port", port).put("batched", batched))
                    .getDouble("seconds");
        }

        /** What both have used. */
        Usage usage() {
            return sender.usage().plus(peer.usage());
        }

        void detach() {
            peer.ask("detach");
        }

        Contender running(String name, Load load) {
            return contender(name, millis -> {
                Usage before = peer.usage();
                Slice slice = Slice.of(sender.ask("run", load.toJson(millis)));
                return slice.plus(peer.usage().minus(before));
            });
        }
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

    /** The bare echo, in a process each. */
    Sides bare(boolean batched) {
        return sides(BareSenderRole.NAME, BareEchoRole.NAME, batched);
    }

    private Sides sides(String senderRole, String peerRole, boolean batched) {
        return new Sides(start(senderRole), start(peerRole), batched);
    }

    List<Slice> run(Contender... contenders) {
        return Slices.run(settings, List.of(contenders));
    }

    @Override
    public void close() {
        children.forEach(ChildProcess::close);
    }
}
