package io.exchange.controller.link;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.ExchangeObserver;
import io.exchange.channel.Alarm;
import io.exchange.channel.ChannelEngine;
import io.exchange.channel.EventLoop;
import io.exchange.controller.cluster.ClusterView;
import io.exchange.transport.Connection;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.internal.VertxInternal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Keeps the link to one node up, from this end, for as long as that node is there. Confined to a loop of its own. */
final class Dialer {

    private static final Logger LOG = System.getLogger("io.exchange.controller.Cluster");
    private static final long FIRST_WAIT_NANOS = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final CloseReason STOPPED =
            CloseReason.of(Code.SHUTTING_DOWN, "no link to the other node is wanted any more");

    private final NodeLinks links;
    private final ClusterView.Node node;
    private final Context context;
    private final EventLoop loop;
    private final Alarm alarm = new Alarm(this::dial);
    private long waitNanos = FIRST_WAIT_NANOS;
    private boolean started;
    private boolean stopped;
    private @Nullable ChannelEngine channel;

    Dialer(NodeLinks links, ClusterView.Node node) {
        this.links = links;
        this.node = node;
        this.context = ((VertxInternal) links.parts().vertx()).createEventLoopContext();
        this.loop = EventLoop.of(context);
    }

    /** Any thread, any number of times. */
    void start() {
        loop.execute(() -> {
            if (!started) {
                started = true;
                dial();
            }
        });
    }

    /** No new link; one that is up is left to others. Any thread. */
    void stop() {
        loop.execute(() -> {
            stopped = true;
            alarm.cancel();
            if (channel != null && !isUp(channel)) {
                channel.abort(STOPPED);
            }
        });
    }

    private void dial() {
        if (!stopped) {
            links.parts()
                    .transport()
                    .client()
                    .connect(context, node.address().link(), Map.of())
                    .onComplete(this::connected);
        }
    }

    private void connected(AsyncResult<Connection> opened) {
        if (opened.failed()) {
            boolean isFirst = waitNanos == FIRST_WAIT_NANOS;
            LOG.log(
                    isFirst ? Level.WARNING : Level.DEBUG,
                    "node {0} cannot be reached at {1}, so nothing is sent to its channels: {2}",
                    node.nodeId(),
                    node.address().link(),
                    opened.cause());
            again();
            return;
        }
        if (stopped) {
            opened.result().close(STOPPED);
            return;
        }
        NodeLink link = new NodeLink(links, loop, node.nodeId(), this::again);
        ChannelEngine opening = ChannelEngine.connect(
                opened.result(),
                loop,
                links.hello(node.address()),
                NodeLinks.HANDSHAKE_TIMEOUT,
                link,
                ExchangeObserver.NONE);
        link.opened(opening);
        channel = opening;
    }

    private void again() {
        if (stopped) {
            return;
        }
        boolean wasUp = channel != null && isUp(channel);
        channel = null;
        waitNanos = wasUp ? FIRST_WAIT_NANOS : Math.min(LONGEST_WAIT_NANOS, 2 * waitNanos);
        long jittered = (long) (waitNanos * (0.5 + ThreadLocalRandom.current().nextDouble() / 2));
        loop.schedule(alarm, loop.nanoTime() + jittered);
    }

    private static boolean isUp(ChannelEngine channel) {
        return !channel.id().isEmpty();
    }
}
