package io.exchange.embedded;

import io.exchange.api.CloseReason;
import io.exchange.api.Credentials;
import io.exchange.protocol.Frame;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.Connection;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The network between a connector and its controller, which a test can cut and silence. */
public final class Links implements ClientTransport {

    private final ClientTransport transport;
    private final List<Link> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile boolean down;
    private volatile Predicate<Frame> arrives = frame -> true;
    private volatile Predicate<Frame> leaves = frame -> true;

    public Links(ClientTransport transport) {
        this.transport = transport;
    }

    /** Loses every connection, without a word. */
    public void cut() {
        open.forEach(Link::lose);
    }

    /** Refuses new connections until {@link #up()}. */
    public void down() {
        down = true;
        cut();
    }

    public void up() {
        down = false;
    }

    /** From now on only these of the controller's frames reach the connector. */
    public void letArrive(Predicate<Frame> newArrives) {
        arrives = newArrives;
    }

    /** From now on only these of the connector's frames reach the controller. */
    public void letLeave(Predicate<Frame> newLeaves) {
        leaves = newLeaves;
    }

    /** How often the connector has tried to connect. */
    public int attempts() {
        return attempts.get();
    }

    @Override
    public Future<Connection> connect(Context context, String endpoint, Map<String, String> metadata) {
        attempts.incrementAndGet();
        if (down) {
            return Future.failedFuture("the network is down");
        }
        return transport.connect(context, endpoint, metadata).map(Link::new);
    }

    @Override
    public boolean staysInside() {
        return transport.staysInside();
    }

    @Override
    public Future<Void> close() {
        return transport.close();
    }

    /** One connection. */
    private final class Link implements Connection {

        private final Connection connection;

        private Link(Connection connection) {
            this.connection = connection;
            open.add(this);
        }

        private void lose() {
            CloseReason reason = CloseReason.of(CloseReason.Code.CONNECTION_LOST, "cut by the test");
            context().runOnContext(ignored -> connection.close(reason));
        }

        @Override
        public void start(ConnectionListener listener) {
            connection.start(new ConnectionListener() {
                @Override
                public void onFrame(Frame frame, long sentAtNanos) {
                    if (arrives.test(frame)) {
                        listener.onFrame(frame, sentAtNanos);
                    }
                }

                @Override
                public void onBatchEnd() {
                    listener.onBatchEnd();
                }

                @Override
                public void onWritable() {
                    listener.onWritable();
                }

                @Override
                public void onClosed(CloseReason reason) {
                    open.remove(Link.this);
                    listener.onClosed(reason);
                }
            });
        }

        @Override
        public Context context() {
            return connection.context();
        }

        @Override
        public Credentials peer() {
            return connection.peer();
        }

        @Override
        public void send(Frame frame) {
            if (leaves.test(frame)) {
                connection.send(frame);
            }
        }

        @Override
        public boolean isWritable() {
            return connection.isWritable();
        }

        @Override
        public boolean passesValues() {
            return connection.passesValues();
        }

        @Override
        public void close(CloseReason reason) {
            connection.close(reason);
        }
    }
}
