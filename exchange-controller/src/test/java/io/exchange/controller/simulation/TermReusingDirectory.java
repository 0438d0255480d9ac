package io.exchange.controller.simulation;

import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.DirectoryListener;
import io.exchange.controller.cluster.Registration;
import io.exchange.controller.primary.Election;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.SlotRecord.Tenure;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** The directory of {@link Mutation#TERM_REUSED}. */
final class TermReusingDirectory implements Directory {

    private final ElectionRules rules;
    private final LongSupplier clock;
    private final Map<String, TargetRecord> records = new TreeMap<>();
    private final List<DirectoryListener> listeners = new ArrayList<>();

    TermReusingDirectory(ElectionRules rules, LongSupplier clock) {
        this.rules = rules;
        this.clock = clock;
    }

    @Override
    public TargetRecord lookup(String targetId) {
        return records.getOrDefault(targetId, TargetRecord.unknown(targetId));
    }

    @Override
    public Future<TargetRecord> read(String targetId) {
        return Future.succeededFuture(lookup(targetId));
    }

    @Override
    public Future<Verdict> submit(String targetId, TargetEvent event) {
        Verdict verdict = Election.step(lookup(targetId), event, rules);
        if (verdict instanceof Verdict.Accepted accepted && accepted.changed()) {
            TargetRecord reused = reusing(accepted.before(), accepted.record());
            records.put(targetId, reused);
            listeners.forEach(listener -> listener.changed(accepted.before(), reused));
            return Future.succeededFuture(new Verdict.Accepted(accepted.before(), reused));
        }
        return Future.succeededFuture(verdict);
    }

    private static TargetRecord reusing(TargetRecord before, TargetRecord after) {
        List<SlotRecord> slots = new ArrayList<>();
        for (SlotRecord slot : after.slots()) {
            long old = before.slot(slot.role(), slot.number())
                    .map(SlotRecord::term)
                    .orElse(0L);
            slots.add(old == 0 || old == slot.term() ? slot : withTerm(slot, old));
        }
        return new TargetRecord(
                after.targetId(), after.format(), after.version(), after.settling(), after.sessions(), slots);
    }

    private static SlotRecord withTerm(SlotRecord slot, long term) {
        List<Tenure> tenures = slot.tenures().stream()
                .map(tenure -> new Tenure(tenure.sessionId(), term, tenure.revoking()))
                .toList();
        return new SlotRecord(slot.role(), slot.number(), term, tenures, slot.movedFrom());
    }

    @Override
    public Registration listen(DirectoryListener listener) {
        listeners.add(listener);
        return () -> {};
    }

    @Override
    public Collection<TargetRecord> snapshot() {
        return List.copyOf(records.values());
    }

    @Override
    public long clusterTime() {
        return clock.getAsLong();
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
