package io.exchange.controller.cluster;

import io.exchange.controller.primary.Election;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The directory of a node that is alone. Everything is done by the thread that asks for it, and every future is complete
 * when it is returned.
 */
public final class MemoryDirectory implements Directory {

    private static final int LOCKS = 64;

    private final ElectionRules rules;
    private final LongSupplier clock;
    private final long settledFrom;
    private final Map<String, TargetRecord> records = new ConcurrentHashMap<>();
    private final OrderedChanges changes = new OrderedChanges();
    /** Each target has one of these, so that its steps are atomic and a change is noted after it can be looked up. */
    private final Object[] locks = new Object[LOCKS];

    /**
     * A directory without a target.
     *
     * @param rules how many slots each role has
     * @param clock cluster time in milliseconds; {@link #steadyClock()} unless a test owns the time
     * @param settleMillis how long from now connectors may hold what an earlier process of this node granted: one lease
     *     and a little. Records that are created meanwhile elect nobody until a lease has passed. 0 where no connector
     *     can have outlived the last process, as with embedded ones
     */
    public MemoryDirectory(ElectionRules rules, LongSupplier clock, long settleMillis) {
        this.rules = rules;
        this.clock = clock;
        this.settledFrom = clock.getAsLong() + settleMillis;
        Arrays.setAll(locks, i -> new Object());
    }

    /**
     * The time of day at the start of the process, and from there on the monotonic clock: never goes back.
     *
     * @return a clock in milliseconds since 1970
     */
    public static LongSupplier steadyClock() {
        long offsetNanos = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
        return () -> (System.nanoTime() + offsetNanos) / 1_000_000;
    }

    @Override
    public TargetRecord lookup(String targetId) {
        TargetRecord record = records.get(targetId);
        return record == null ? TargetRecord.unknown(targetId) : record;
    }

    @Override
    public boolean isHere() {
        return true;
    }

    @Override
    public Future<TargetRecord> read(String targetId) {
        return Future.succeededFuture(lookup(targetId));
    }

    @Override
    public Future<Verdict> submit(String targetId, TargetEvent event) {
        Verdict verdict;
        synchronized (locks[Math.floorMod(targetId.hashCode(), LOCKS)]) {
            TargetRecord record = records.get(targetId);
            verdict = Election.step(record == null ? created(targetId, event) : record, event, rules);
            if (verdict instanceof Verdict.Accepted accepted) {
                keep(accepted, event.now());
            }
        }
        changes.deliver(targetId);
        return Future.succeededFuture(verdict);
    }

    private TargetRecord created(String targetId, TargetEvent event) {
        return clock.getAsLong() < settledFrom
                ? TargetRecord.unsettled(targetId, event.now())
                : TargetRecord.unknown(targetId);
    }

    private void keep(Verdict.Accepted accepted, long now) {
        TargetRecord before = accepted.before();
        TargetRecord after = accepted.record();
        if (after.isForgettable(now)) {
            after = TargetRecord.unknown(after.targetId());
            records.remove(after.targetId());
        } else if (accepted.changed()) {
            records.put(after.targetId(), after);
        }
        if (after.version() != before.version()) {
            changes.note(before, after);
        }
    }

    @Override
    public Registration listen(DirectoryListener listener) {
        return changes.add(listener);
    }

    @Override
    public Collection<TargetRecord> snapshot() {
        return new ArrayList<>(records.values());
    }

    @Override
    public long clusterTime() {
        return clock.getAsLong();
    }

    @Override
    public Future<Void> close() {
        changes.clear();
        return Future.succeededFuture();
    }
}
