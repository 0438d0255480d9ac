package io.exchange.metrics;

import io.exchange.api.Channel;
import io.exchange.api.CloseReason;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Grant;
import io.exchange.api.ReplyStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts and times everything that an {@link ExchangeObserver} is told, for a controller or a connector.
 *
 * <p>Meters: gauge {@code exchange.channels}; timers {@code exchange.commands} (by type and outcome, from send to end) and
 * {@code exchange.handlers} (by type and status); counters {@code exchange.commands.sent} (by type and repeat),
 * {@code exchange.handlers.stuck} (by type), {@code exchange.commands.dropped} and {@code exchange.messages.dropped} (by
 * why), {@code exchange.repeats} (by covered), {@code exchange.channels.closed}, {@code exchange.attaches.refused} and
 * {@code exchange.reconnects} (by reason), {@code exchange.sessions.resumed}, {@code exchange.sessions.ended},
 * {@code exchange.grants} and {@code exchange.grants.released} (by role), {@code exchange.commands.waiting} (by type: that began
 * to wait for their target). Of a node of a cluster, too: gauges {@code exchange.links} (to other nodes that are up) and
 * {@code exchange.node.lease} (1 while it may grant roles); counters {@code exchange.links.lost} (by reason),
 * {@code exchange.node.leases.lost}, {@code exchange.records.repaired}, {@code exchange.channels.moved}. Of a controller with
 * batches: timer {@code exchange.batches} (by outcome, those that this node brought to their end), counter
 * {@code exchange.batches.taken}.
 *
 * <p>A tag takes only names that this process has declared, never one that came over the wire, nor a target or connector id:
 * a stranger could fill the registry with them. Roles are the exception, and an {@link io.exchange.api.Identity} bounds
 * those. One observer may serve several controllers and connectors; give each its own tags to tell them apart.
 */
@SuppressWarnings(
        "exports") // not required transitively, or every module on top of this one would have to have Micrometer
public final class MicrometerObserver implements ExchangeObserver {

    private final MeterRegistry registry;
    private final Tags tags;
    private final AtomicInteger channels = new AtomicInteger();
    private final AtomicInteger links = new AtomicInteger();
    private final AtomicInteger leases = new AtomicInteger();
    private final Set<String> gauges = ConcurrentHashMap.newKeySet();
    private final Map<String, Map<Outcome, Timer>> commands = new ConcurrentHashMap<>();
    private final Map<String, Map<Boolean, Counter>> sent = new ConcurrentHashMap<>();
    private final Map<String, Map<ReplyStatus, Timer>> handlers = new ConcurrentHashMap<>();

    /**
     * An observer whose meters carry no tags but their own.
     *
     * @param registry where the meters are
     */
    public MicrometerObserver(MeterRegistry registry) {
        this(registry, Tags.empty());
    }

    /**
     * An observer.
     *
     * @param registry where the meters are
     * @param tags what every meter carries beside its own, {@code side=controller} for one
     */
    public MicrometerObserver(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        gauge("exchange.channels", "Active channels", channels);
    }

    private void gauge(String name, String description, AtomicInteger number) {
        if (gauges.add(name)) {
            Gauge.builder(name, number, AtomicInteger::get)
                    .description(description)
                    .tags(tags)
                    .strongReference(true)
                    .register(registry);
        }
    }

    @Override
    public void channelOpened(Channel channel) {
        channels.incrementAndGet();
    }

    @Override
    public void channelClosed(Channel channel, CloseReason reason) {
        channels.decrementAndGet();
        count("exchange.channels.closed", "reason", name(reason.code()));
    }

    @Override
    public void attachRefused(CloseReason reason) {
        count("exchange.attaches.refused", "reason", name(reason.code()));
    }

    @Override
    public void reconnecting(String targetId, CloseReason reason, Duration delay) {
        count("exchange.reconnects", "reason", name(reason.code()));
    }

    @Override
    public void commandWaits(String type) {
        count("exchange.commands.waiting", "type", type);
    }

    @Override
    public void linkUp(String nodeId) {
        links.incrementAndGet();
        gauge("exchange.links", "Links to other nodes that are up", links); // only a node of a cluster has it
    }

    @Override
    public void linkDown(String nodeId, CloseReason reason) {
        links.decrementAndGet();
        count("exchange.links.lost", "reason", name(reason.code()));
    }

    @Override
    public void nodeLease(boolean held) {
        if (held) {
            leases.incrementAndGet();
            gauge("exchange.node.lease", "1 while the node may grant roles", leases);
        } else {
            leases.decrementAndGet();
            registry.counter("exchange.node.leases.lost", tags).increment();
        }
    }

    @Override
    public void recordRepaired(String targetId) {
        registry.counter("exchange.records.repaired", tags).increment();
    }

    @Override
    public void channelsMoved(int moved) {
        registry.counter("exchange.channels.moved", tags).increment(moved);
    }

    @Override
    public void batchTaken() {
        registry.counter("exchange.batches.taken", tags).increment();
    }

    @Override
    public void batchEnded(int succeeded, int others, Duration elapsed) {
        registry.timer("exchange.batches", tags.and("outcome", others == 0 ? "succeeded" : "error"))
                .record(elapsed);
    }

    @Override
    public void sessionResumed(Channel channel) {
        registry.counter("exchange.sessions.resumed", tags).increment();
    }

    @Override
    public void sessionEnded(String sessionId) {
        registry.counter("exchange.sessions.ended", tags).increment();
    }

    @Override
    public void commandSent(String type, boolean repeat) {
        meter(sent.computeIfAbsent(type, this::sentCounters), repeat).increment();
    }

    private Map<Boolean, Counter> sentCounters(String type) {
        Tags ofType = tags.and("type", type);
        return Map.of(
                false, registry.counter("exchange.commands.sent", ofType.and("repeat", "false")),
                true, registry.counter("exchange.commands.sent", ofType.and("repeat", "true")));
    }

    @Override
    public void commandEnded(String type, Outcome outcome, Duration elapsed) {
        Map<Outcome, Timer> timers =
                commands.computeIfAbsent(type, name -> timers("exchange.commands", name, "outcome", Outcome.class));
        meter(timers, outcome).record(elapsed);
    }

    @Override
    public void handlerEnded(String type, ReplyStatus status, Duration elapsed) {
        Map<ReplyStatus, Timer> timers =
                handlers.computeIfAbsent(type, name -> timers("exchange.handlers", name, "status", ReplyStatus.class));
        meter(timers, status).record(elapsed);
    }

    /** One timer for each value, so that those that never happened read zero and not nothing. */
    private <E extends Enum<E>> Map<E, Timer> timers(String name, String type, String key, Class<E> values) {
        Map<E, Timer> timers = new EnumMap<>(values);
        for (E value : values.getEnumConstants()) {
            timers.put(value, registry.timer(name, tags.and("type", type, key, name(value))));
        }
        return timers;
    }

    private static <K, M> M meter(Map<K, M> meters, K key) {
        return Objects.requireNonNull(meters.get(key));
    }

    @Override
    public void handlerStuck(String type) {
        count("exchange.handlers.stuck", "type", type);
    }

    @Override
    public void repeatReceived(String type, boolean covered) {
        count("exchange.repeats", "covered", Boolean.toString(covered));
    }

    @Override
    public void commandDropped(String type, Drop why) {
        count("exchange.commands.dropped", "why", name(why));
    }

    @Override
    public void messageDropped(String type, Drop why) {
        count("exchange.messages.dropped", "why", name(why));
    }

    @Override
    public void granted(String targetId, String connectorId, Grant grant) {
        count("exchange.grants", "role", grant.role());
    }

    @Override
    public void released(String targetId, String connectorId, Grant grant) {
        count("exchange.grants.released", "role", grant.role());
    }

    private void count(String name, String key, String value) {
        registry.counter(name, tags.and(key, value)).increment();
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
