package io.exchange.channel;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Credentials;
import io.exchange.protocol.Frame;
import io.exchange.transport.Connection;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Context;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Two connections that are each other's ends, on one manual loop. Both are started before anything is sent. */
final class MemoryLink {

    final Connection near;
    final Connection far;
    private final ManualLoop loop;
    private final boolean passesValues;
    private Predicate<Frame> loses = frame -> false;

    MemoryLink(ManualLoop loop, boolean passesValues) {
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

    /** Both ends lose the connection, and what is on the way is lost with it. */
    void cut() {
        ((End) near).end(CloseReason.of(Code.CONNECTION_LOST, ""));
        ((End) far).end(CloseReason.of(Code.CONNECTION_LOST, ""));
        loop.run();
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
                loop.execute(() -> other().deliver(frame));
            }
        }

        private void deliver(Frame frame) {
            if (open) {
                listener().onFrame(frame, ConnectionListener.UNKNOWN_TIME);
                listener().onBatchEnd();
            }
        }

        @Override
        public boolean isWritable() {
            return true;
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
}
