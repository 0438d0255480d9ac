package io.exchange.examples.benchmarks;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import io.exchange.api.Channel;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Grant;
import io.exchange.controller.TargetChange;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What a node sees of another one that is killed, from the moment it is told to watch. Times are those of the wall clock of
 * this machine, which the processes share. Safe for any thread.
 */
final class Aftermath implements ExchangeObserver, MembershipListener {

    /** What the ids of connectors begin with that are killed together with their node. */
    static final String DOOMED = "doomed";

    /** What the ids of connectors begin with that lose their node. */
    static final String MOVED = "moved";

    /** What the ids of connectors begin with that are to take over from the doomed. */
    static final String STANDBY = "standby";

    /** What every id begins with. */
    static final String ANYONE = "";

    private static final long POLL_MILLIS = 10;

    private final Map<String, Long> terms = new ConcurrentHashMap<>();
    private final Map<String, Long> attachedAt = new ConcurrentHashMap<>();
    private final Map<String, Told> told = new ConcurrentHashMap<>();
    private final Map<String, Seen> changes = new ConcurrentHashMap<>();
    private volatile boolean watching;
    private volatile long memberRemovedAt;

    /** A grant that a connector has acknowledged. */
    private record Told(long term, long at, long attachedAt) {}

    /** How often something was seen, and when first and last. */
    private record Seen(int count, long firstAt, long lastAt) {
        Seen and(Seen other) {
            return new Seen(count + other.count, Math.min(firstAt, other.firstAt), Math.max(lastAt, other.lastAt));
        }
    }

    /** A connector holds a slot before anything is killed. */
    void holds(String connectorId, Grant grant) {
        terms.put(connectorId, grant.term());
    }

    /** Everything counts from now on. */
    void watch() {
        watching = true;
    }

    @Override
    public void channelOpened(Channel channel) {
        if (watching) {
            attachedAt.put(channel.connectorId(), System.currentTimeMillis());
        }
    }

    @Override
    public void granted(String targetId, String connectorId, Grant grant) {
        if (watching) {
            long now = System.currentTimeMillis();
            told.putIfAbsent(connectorId, new Told(grant.term(), now, attachedAt.getOrDefault(connectorId, now)));
        }
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        // whoever joins is not what is looked at
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        memberRemovedAt = System.currentTimeMillis();
    }

    void changed(TargetChange change) {
        if (!watching) {
            return;
        }
        see(change.kind().name());
        if (change.kind() == TargetChange.Kind.CONNECTOR_WENT
                && change.connector()
                        .filter(connector -> !connector.connectorId().startsWith(DOOMED))
                        .isPresent()) {
            see("CONNECTOR_LOST");
        }
    }

    private void see(String what) {
        long now = System.currentTimeMillis();
        changes.merge(what, new Seen(1, now, now), Seen::and);
    }

    /** Waits until connectors whose ids begin so have been told, or until a change was seen, so many times. */
    JsonObject await(JsonObject with) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(with.getInteger("seconds"));
        boolean done = false;
        while (!done && System.nanoTime() < end) {
            done = count(with) >= with.getInteger("count");
            Thread.sleep(POLL_MILLIS);
        }
        return new JsonObject().put("done", done);
    }

    private long count(JsonObject with) {
        String prefix = with.getString("told");
        if (prefix != null) {
            return told.keySet().stream().filter(id -> id.startsWith(prefix)).count();
        }
        Seen seen = changes.get(with.getString("seen"));
        return seen == null ? 0 : seen.count();
    }

    /** What was seen after a moment; grants count from a lease later where the holder is gone. */
    JsonObject tell(JsonObject with) {
        long killedAt = with.getLong("killed_at");
        long leaseOverAt = killedAt + with.getLong("lease_ms");
        Percentiles moved = new Percentiles();
        Percentiles movedAfterAttach = new Percentiles();
        Percentiles replaced = new Percentiles();
        Percentiles replacedAfterLease = new Percentiles();
        int otherTerm = 0;
        for (Map.Entry<String, Told> each : told.entrySet()) {
            Told grant = each.getValue();
            if (each.getKey().startsWith(MOVED)) {
                moved.add(grant.at() - killedAt);
                movedAfterAttach.add(grant.at() - grant.attachedAt());
                otherTerm += terms.getOrDefault(each.getKey(), 0L) == grant.term() ? 0 : 1;
            } else if (each.getKey().startsWith(STANDBY)) {
                replaced.add(grant.at() - killedAt);
                replacedAfterLease.add(grant.at() - leaseOverAt);
            }
        }
        JsonObject told = new JsonObject()
                .put("member_removed_ms", memberRemovedAt - killedAt)
                .put("reattached_after_kill_ms", moved.toJson())
                .put("reattached_after_attach_ms", movedAfterAttach.toJson())
                .put("reattached_with_another_term", otherTerm)
                .put("replaced_after_kill_ms", replaced.toJson())
                .put("replaced_after_lease_ms", replacedAfterLease.toJson());
        JsonObject seen = new JsonObject();
        changes.forEach((what, when) -> seen.put(
                what,
                new JsonObject()
                        .put("count", when.count())
                        .put("first_ms", when.firstAt() - killedAt)
                        .put("last_ms", when.lastAt() - killedAt)));
        return told.put("changes", seen);
    }
}
