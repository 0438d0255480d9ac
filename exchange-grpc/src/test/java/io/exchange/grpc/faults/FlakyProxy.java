package io.exchange.grpc.faults;

import io.exchange.channel.EventLoop;
import io.exchange.transport.End;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Carries bytes of TCP between connectors and a controller, with the faults that it is told to have. All of it is on one loop. */
final class FlakyProxy {

    /** What can happen to all connections at once. */
    enum Fault {
        /** They end, in order. */
        CUT,
        /** They end by a reset: what is on the way is lost. */
        RESET,
        /** Nothing moves for a while. */
        STALL,
        /** Nothing of what connectors send moves for a while. */
        STALL_UP,
        /** Nothing of what the controller sends moves for a while. */
        STALL_DOWN,
        /** All that moves is late, for a while. */
        DELAY,
        /** The controller reads the end of each; the other direction goes on. */
        HALF_CLOSE,
        /** They end, and there are no new ones for a while. */
        AWAY
    }

    private static final Duration LATE = Duration.ofMillis(60);

    private final Vertx vertx;
    private final int port;
    private final NetClient client;
    private final NetServer server;
    private final List<Line> lines = new ArrayList<>();
    private final Context context;
    private boolean away;
    private boolean late;

    FlakyProxy(Vertx vertx, int port) {
        this.vertx = vertx;
        this.port = port;
        this.client = vertx.createNetClient();
        this.server = vertx.createNetServer().connectHandler(this::connected);
        this.context = EventLoop.contextOf(vertx);
        End.await(Future.future(listening ->
                context.runOnContext(ignored -> server.listen(0, "127.0.0.1").onComplete(listening))));
    }

    int port() {
        return server.actualPort();
    }

    /** Has a fault, for a while where it is one that lasts. Any thread. */
    void suffer(Fault fault, Duration time) {
        context.runOnContext(ignored -> {
            switch (fault) {
                case CUT -> cut(false);
                case RESET -> cut(true);
                case STALL -> stall(time, true, true);
                case STALL_UP -> stall(time, true, false);
                case STALL_DOWN -> stall(time, false, true);
                case DELAY -> {
                    late = true;
                    after(time, () -> late = false);
                }
                case HALF_CLOSE -> List.copyOf(lines).forEach(Line::halfClose);
                default -> {
                    away = true;
                    cut(false);
                    after(time, () -> away = false);
                }
            }
        });
    }

    private void after(Duration time, Runnable action) {
        vertx.timer(time.toMillis(), TimeUnit.MILLISECONDS).onSuccess(rung -> action.run());
    }

    private void cut(boolean reset) {
        List.copyOf(lines).forEach(line -> line.close(reset));
    }

    private void stall(Duration time, boolean up, boolean down) {
        for (Line line : List.copyOf(lines)) {
            line.stall(up, down);
            after(time, line::goOn);
        }
    }

    private void connected(NetSocket near) {
        if (away) {
            near.close();
            return;
        }
        near.pause();
        client.connect(port, "127.0.0.1").onComplete(far -> new Line(near, far).carry(), refused -> near.close());
    }

    /** One connection. */
    private final class Line {

        private final NetSocket near;
        private final NetSocket far;

        Line(NetSocket near, NetSocket far) {
            this.near = near;
            this.far = far;
        }

        void carry() {
            lines.add(this);
            carry(near, far);
            carry(far, near);
            near.resume();
        }

        private void carry(NetSocket from, NetSocket to) {
            ArrayDeque<Buffer> delayed = new ArrayDeque<>();
            from.handler(bytes -> {
                if (late || !delayed.isEmpty()) {
                    delayed.add(bytes);
                    after(LATE, () -> to.write(delayed.remove()));
                } else {
                    to.write(bytes);
                }
            });
            from.exceptionHandler(reset -> {});
            from.closeHandler(closed -> {
                lines.remove(this);
                to.close();
            });
        }

        void stall(boolean up, boolean down) {
            if (up) {
                near.pause();
            }
            if (down) {
                far.pause();
            }
        }

        void goOn() {
            near.resume();
            far.resume();
        }

        void halfClose() {
            ((DuplexChannel) channel(far)).shutdownOutput();
        }

        void close(boolean reset) {
            if (reset) {
                channel(near).config().setOption(ChannelOption.SO_LINGER, 0);
                channel(far).config().setOption(ChannelOption.SO_LINGER, 0);
            }
            near.close();
            far.close();
        }

        private static Channel channel(NetSocket socket) {
            return ((NetSocketInternal) socket).channelHandlerContext().channel();
        }
    }
}
