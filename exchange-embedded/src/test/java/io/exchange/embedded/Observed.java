package io.exchange.embedded;

import io.exchange.api.Channel;
import io.exchange.api.CloseReason;
import io.exchange.api.ExchangeObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what the exchange tells its observer. */
public final class Observed implements ExchangeObserver {

    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final List<CloseReason.Code> closed = new CopyOnWriteArrayList<>();
    private final List<CloseReason.Code> refused = new CopyOnWriteArrayList<>();
    private final List<Duration> delays = new CopyOnWriteArrayList<>();

    /** How often something was told. */
    public int count(Object what) {
        AtomicInteger count = counts.get(what.toString());
        return count == null ? 0 : count.get();
    }

    /** Why active channels ended, at either end. */
    public List<CloseReason.Code> closed() {
        return closed;
    }

    /** Why connections never became channels, at either end. */
    public List<CloseReason.Code> refused() {
        return refused;
    }

    /** How long connectors waited before they tried again. */
    public List<Duration> delays() {
        return delays;
    }

    private void count(String what, boolean so) {
        if (so) {
            counts.computeIfAbsent(what, key -> new AtomicInteger()).incrementAndGet();
        }
    }

    @Override
    public void channelClosed(Channel channel, CloseReason reason) {
        closed.add(reason.code());
    }

    @Override
    public void attachRefused(CloseReason reason) {
        refused.add(reason.code());
    }

    @Override
    public void sessionResumed(Channel channel) {
        count("resumed", true);
    }

    @Override
    public void commandSent(String type, boolean repeat) {
        count("repeat sent", repeat);
    }

    @Override
    public void handlerStarted(String type) {
        count("started " + type, true);
    }

    @Override
    public void handlerStuck(String type) {
        count("stuck", true);
    }

    @Override
    public void repeatReceived(String type, boolean covered) {
        count(covered ? "repeat answered" : "repeat unknown", true);
    }

    @Override
    public void commandDropped(String type, Drop why) {
        count(why.toString(), true);
    }

    @Override
    public void messageDropped(String type, Drop why) {
        count(why.toString(), true);
    }

    @Override
    public void reconnecting(String targetId, CloseReason reason, Duration delay) {
        delays.add(delay);
    }

    @Override
    public void commandWaits(String type) {
        count("waits " + type, true);
    }

    @Override
    public void linkUp(String nodeId) {
        count("link up", true);
    }

    @Override
    public void linkDown(String nodeId, CloseReason reason) {
        count("link down", true);
    }

    @Override
    public void nodeLease(boolean held) {
        count("lease", held);
    }
}
