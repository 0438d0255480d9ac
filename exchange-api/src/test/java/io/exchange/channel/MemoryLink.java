package io.exchange.channel;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Credentials;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.exchange.transport.Connection;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Context;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Two connections that are each other's ends, on one manual loop. Both are started before anything is sent. */
public final class MemoryLink {

    public final Connection near;
    public final Connection far;
    private final ManualLoop loop;
    private final boolean passesValues;
    private Predicate<Frame> loses = frame -> false;
    private boolean full;
    private Watcher watcher = (atFar, delivery) -> delivery.run();

    /** Sees every frame that has come, and decides what becomes of it. */
    interface Watcher {

        /**
         * A frame has come.
         *
         * @param atFar whether at the far end
         * @param delivery hands it to that end
         */
        void came(boolean atFar, Runnable delivery);
    }

    public MemoryLink(ManualLoop loop, boolean passesValues) {
        this.loop = loop;
        this.passesValues = passesValues;
        End one = new End();
        End other = new End();
        one.peer = other;
        other.peer = one;
        near = one;
        far = other;
    }

    /** From now on these frames do not arrive. */
    void lose(Predicate<Frame> which) {
        loses = which;
    }

    /** Whether both ends say from now on that they take nothing more, though what is sent arrives. */
    public void takesNothing(boolean nothing) {
        full = nothing;
        if (!full) {
            loop.execute(((End) near)::writable);
            loop.execute(((End) far)::writable);
        }
    }

    /** From now on this decides which frames arrive. */
    void watch(Watcher newWatcher) {
        watcher = newWatcher;
    }

    /** Both ends lose the connection, and what is on the way is lost with it. */
    public void cut() {
        lose();
        loop.run();
    }

    /** The same, for the ends to hear of later. */
    void lose() {
        ((End) near).end(CloseReason.of(Code.CONNECTION_LOST, ""));
        ((End) far).end(CloseReason.of(Code.CONNECTION_LOST, ""));
    }

    private final class End implements Connection {

        private @Nullable End peer;
        private @Nullable ConnectionListener listener;
        private boolean open = true;

        @Override
        public Context context() {
            throw new UnsupportedOperationException("a manual loop has no context");
        }

        @Override
        public Credentials peer() {
            return new Credentials(Map.of(), List.of(), null);
        }

        @Override
        public void start(ConnectionListener newListener) {
            listener = newListener;
        }

        @Override
        public void send(Frame frame) {
            if (open && !loses.test(frame)) {
                long sentAtNanos = loop.nanoTime();
                loop.execute(() -> other().take(frame, sentAtNanos));
            }
        }

        private void take(Frame frame, long sentAtNanos) {
            if (open) {
                watcher.came(this == far, () -> {
                    listener().onFrame(frame, sentAtNanos);
                    listener().onBatchEnd();
                });
            }
        }

        @Override
        public boolean isWritable() {
            return !full;
        }

        private void writable() {
            if (open) {
                listener().onWritable();
            }
        }

        @Override
        public boolean passesValues() {
            return passesValues;
        }

        @Override
        public void close(CloseReason reason) {
            end(reason);
            loop.execute(() -> other().end(CloseReason.of(Code.CONNECTION_LOST, "")));
        }

        private void end(CloseReason reason) {
            if (open) {
                open = false;
                loop.execute(() -> listener().onClosed(reason));
            }
        }

        private End other() {
            return Objects.requireNonNull(peer);
        }

        private ConnectionListener listener() {
            return Objects.requireNonNull(listener);
        }
    }

    /** What a connector says first that has nothing special to say. */
    static Frame.Hello hello(String sessionId) {
        return hello(sessionId, 1);
    }

    static Frame.Hello hello(String sessionId, long attachNumber) {
        return new Frame.Hello(
                Frame.PROTOCOL_VERSION,
                "connector",
                sessionId,
                attachNumber,
                "",
                "target",
                Map.of(),
                Set.of(),
                List.of(),
                Map.of(),
                Payload.EMPTY);
    }
}
