package io.exchange.controller.simulation;

import io.exchange.controller.primary.Merge;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.TargetRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Members that see each other, and their copy of the records: each kept by one of them, with a backup at another, which
 * misses a change if it cannot be reached, and now and then otherwise, and has what was before it until the next or until
 * all is compared.
 */
final class Side {

    private static final double BACKUP_MISSES = 0.1;
    private static final long COMPARED = 30 * World.SECOND;

    /** One record and who has it. */
    private static final class Kept {
        private TargetRecord record;
        private SimMember owner;
        private SimMember backup;
        private TargetRecord copy;

        private Kept(TargetRecord record, SimMember owner) {
            this.record = record;
            this.owner = owner;
            this.copy = record;
        }

        private void isBackedUpBy(SimMember member) {
            backup = member;
            copy = record;
        }
    }

    final Set<SimMember> members = new LinkedHashSet<>();
    private final SimCluster cluster;
    private final Map<String, Kept> records = new TreeMap<>();
    private long writes;
    private Side heir;

    Side(SimCluster cluster, Collection<SimMember> members) {
        this.cluster = cluster;
        this.members.addAll(members);
    }

    /** The side that this one has been merged into, or itself. */
    Side heir() {
        return heir == null ? this : heir.heir();
    }

    void mergedInto(Side other) {
        heir = other;
    }

    Optional<SimMember> ownerOf(String targetId) {
        Kept kept = records.get(targetId);
        if (kept != null) {
            return Optional.of(kept.owner);
        }
        List<SimMember> choice = List.copyOf(members);
        return choice.isEmpty()
                ? Optional.empty()
                : Optional.of(choice.get(Math.floorMod(targetId.hashCode(), choice.size())));
    }

    Set<SimMember> owners() {
        Set<SimMember> owners = new LinkedHashSet<>();
        records.values().forEach(kept -> owners.add(kept.owner));
        return owners;
    }

    Map<String, TargetRecord> records() {
        Map<String, TargetRecord> all = new TreeMap<>();
        records.forEach((targetId, kept) -> all.put(targetId, kept.record));
        return all;
    }

    Map.Entry<String, TargetRecord> entry(String targetId) {
        return new Map.Entry<>() {
            @Override
            public String getKey() {
                return targetId;
            }

            @Override
            public TargetRecord getValue() {
                Kept kept = records.get(targetId);
                return kept == null ? null : kept.record;
            }

            @Override
            public TargetRecord setValue(TargetRecord after) {
                return put(targetId, after);
            }
        };
    }

    /** How often anything was written. */
    long writes() {
        return writes;
    }

    private TargetRecord put(String targetId, TargetRecord after) {
        writes++;
        SimMember owner = ownerOf(targetId).orElseThrow();
        Kept before = after == null ? records.remove(targetId) : records.get(targetId);
        if (after != null) {
            keep(before, new Kept(after, owner));
        }
        if (before == null || before.record != after) {
            cluster.publish(this, owner, before == null ? TargetRecord.unknown(targetId) : before.record, after);
        }
        return before == null ? null : before.record;
    }

    private void keep(Kept before, Kept next) {
        records.put(next.record.targetId(), next);
        next.isBackedUpBy(before == null ? another(next.owner) : before.backup);
        if (before != null && missesChange(next)) {
            next.copy = before.copy;
            cluster.later(cluster.world().between(0, COMPARED), () -> next.copy = next.record);
        }
    }

    private boolean missesChange(Kept kept) {
        boolean cutOff = kept.backup != null && !kept.backup.reaches(kept.owner);
        return cutOff || cluster.world().chance(cluster.scenario().faults(BACKUP_MISSES));
    }

    /** Whether the last change of a record has reached its backup. */
    boolean isBackedUp(String targetId) {
        Kept kept = records.get(targetId);
        return kept == null || kept.copy == kept.record;
    }

    private SimMember another(SimMember owner) {
        List<SimMember> choice = new ArrayList<>(members);
        choice.remove(owner);
        return choice.isEmpty() ? null : choice.get(cluster.world().random.nextInt(choice.size()));
    }

    /** What those who leave have of the records. */
    Side fork(Collection<SimMember> leaving) {
        Side fork = new Side(cluster, leaving);
        records.forEach((targetId, kept) -> {
            if (leaving.contains(kept.owner) || leaving.contains(kept.backup)) {
                boolean owned = leaving.contains(kept.owner);
                fork.records.put(targetId, new Kept(owned ? kept.record : kept.copy, owned ? kept.owner : kept.backup));
            }
        });
        fork.balance();
        return fork;
    }

    /** Goes on without some; with them go records whose backup is lost. */
    void lose(Collection<SimMember> gone, double backupLost) {
        members.removeAll(gone);
        records.values().removeIf(kept -> {
            boolean owned = members.contains(kept.owner);
            boolean backed = kept.backup != null
                    && members.contains(kept.backup)
                    && !cluster.world().chance(backupLost);
            if (!owned && backed) {
                kept.owner = kept.backup;
                if (kept.copy != kept.record) {
                    kept.record = kept.copy;
                    cluster.count("record went back");
                }
            }
            if (!owned && !backed) {
                cluster.count("record lost");
            }
            return !owned && !backed;
        });
        balance();
    }

    /** Each record gets a backup, and now and then another owner. */
    void balance() {
        for (Kept kept : records.values()) {
            if (cluster.world().chance(0.2) && kept.backup != null && members.contains(kept.backup)) {
                kept.owner = kept.backup;
            }
            kept.isBackedUpBy(another(kept.owner));
        }
    }

    void merge(TargetRecord joining) {
        Kept there = records.get(joining.targetId());
        TargetRecord merged = there == null ? joining : Merge.merge(there.record, joining);
        if (there != null && cluster.scenario().makes(Mutation.MERGE_DROPS_A_TENURE)) {
            merged = withoutLowerTenures(merged);
        }
        requireAll(joining, merged);
        if (there == null || !merged.equals(there.record)) {
            if (there != null) {
                requireAll(there.record, merged);
                cluster.count("merged");
            }
            put(joining.targetId(), merged);
        }
    }

    /** What a connector may hold is in both halves' common record. */
    private void requireAll(TargetRecord half, TargetRecord merged) {
        for (SlotRecord slot : half.slots()) {
            SlotRecord now = merged.slot(slot.role(), slot.number()).orElseThrow();
            boolean all = slot.tenures().stream()
                    .allMatch(tenure -> now.tenures().stream()
                            .anyMatch(other ->
                                    other.sessionId().equals(tenure.sessionId()) && other.term() == tenure.term()));
            cluster.scenario().require(all, () -> "a merge dropped a tenure of " + slot + ": " + now);
            cluster.scenario().require(now.term() >= slot.term(), () -> "a merge lowered the term of " + slot);
        }
    }

    private static TargetRecord withoutLowerTenures(TargetRecord record) {
        List<SlotRecord> slots = record.slots().stream()
                .map(slot -> new SlotRecord(
                        slot.role(),
                        slot.number(),
                        slot.term(),
                        slot.tenures().stream().limit(1).toList(),
                        slot.movedFrom()))
                .toList();
        return new TargetRecord(
                record.targetId(), record.format(), record.version(), record.settling(), record.sessions(), slots);
    }
}
