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

/** Members that see each other, and their copy of the records: each kept by one of them, with a backup at another. */
final class Side {

    /** One record and who has it. */
    private static final class Kept {
        private final TargetRecord record;
        private SimMember owner;
        private SimMember backup;

        private Kept(TargetRecord record, SimMember owner, SimMember backup) {
            this.record = record;
            this.owner = owner;
            this.backup = backup;
        }
    }

    final Set<SimMember> members = new LinkedHashSet<>();
    private final SimCluster cluster;
    private final Map<String, Kept> records = new TreeMap<>();
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

    private TargetRecord put(String targetId, TargetRecord after) {
        SimMember owner = ownerOf(targetId).orElseThrow();
        Kept before = after == null ? records.remove(targetId) : records.get(targetId);
        if (after != null) {
            SimMember backup = before == null ? another(owner) : before.backup;
            records.put(targetId, new Kept(after, owner, backup));
        }
        cluster.publish(this, owner, before == null ? TargetRecord.unknown(targetId) : before.record, after);
        return before == null ? null : before.record;
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
                SimMember owner = leaving.contains(kept.owner) ? kept.owner : kept.backup;
                fork.records.put(targetId, new Kept(kept.record, owner, null));
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
            kept.backup = another(kept.owner);
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
            cluster.scenario().require(all, "a merge dropped a tenure of " + slot + ": " + now);
            cluster.scenario().require(now.term() >= slot.term(), "a merge lowered the term of " + slot);
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
