package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.projection.Projection;
import com.hazelcast.projection.Projections;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import io.exchange.controller.cluster.Bounded;
import io.exchange.controller.primary.TargetRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Compares the index with the map, a partition at a time so that memory stays bounded: all records when the directory
 * opens, and after that their versions only. Methods that say so block.
 */
final class Resync {

    private static final int READS_AT_A_TIME = 64;

    /** Read from the record as it is kept, without making an object of all of it. */
    private static final Projection<Map.Entry<String, TargetRecord>, Object[]> TARGET_AND_VERSION =
            Projections.multiAttribute("__key", "version");

    private final PartitionService partitions;
    private final IMap<String, TargetRecord> records;
    private final LocalIndex index;
    private final Function<String, Future<TargetRecord>> read;
    private final List<String> keyOfPartition;

    Resync(
            HazelcastInstance hazelcast,
            IMap<String, TargetRecord> records,
            LocalIndex index,
            Function<String, Future<TargetRecord>> read) {
        this.partitions = hazelcast.getPartitionService();
        this.records = records;
        this.index = index;
        this.read = read;
        this.keyOfPartition = keys(partitions);
    }

    /** One key for each partition, to ask it by. */
    private static List<String> keys(PartitionService partitions) {
        int count = partitions.getPartitions().size();
        Map<Integer, String> keys = new TreeMap<>();
        for (int i = 0; keys.size() < count; i++) {
            String key = "p" + i;
            keys.putIfAbsent(partitions.getPartition(key).getPartitionId(), key);
        }
        return List.copyOf(keys.values());
    }

    /** Takes in all records. Blocks. */
    void load() {
        for (String key : keyOfPartition) {
            records.values(within(key)).forEach(index::hear);
        }
    }

    /** The targets whose record is not what the index says, though it may be only on its way. Blocks. */
    List<String> compare() {
        Set<String> unseen = new HashSet<>(index.targetIds());
        List<String> differing = new ArrayList<>();
        for (String key : keyOfPartition) {
            for (Object[] kept : records.project(TARGET_AND_VERSION, within(key))) {
                String targetId = (String) kept[0];
                unseen.remove(targetId);
                if (Objects.equals(kept[1], index.get(targetId).version())) {
                    index.catchUp(targetId);
                } else {
                    differing.add(targetId);
                }
            }
        }
        differing.addAll(unseen);
        return differing;
    }

    /** Reads records where they are kept; those that cannot be read are left to the next time. */
    Future<Void> read(List<String> targetIds) {
        return Bounded.forEach(
                        targetIds,
                        READS_AT_A_TIME,
                        targetId -> read.apply(targetId).onSuccess(record -> index.catchUp(targetId)))
                .mapEmpty();
    }

    boolean isKeptHere(String targetId) {
        Member owner = partitions.getPartition(targetId).getOwner();
        return owner != null && owner.localMember();
    }

    private static Predicate<String, TargetRecord> within(String key) {
        return Predicates.partitionPredicate(key, Predicates.alwaysTrue());
    }
}
