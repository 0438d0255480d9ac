package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.exchange.controller.batch.BatchMerge;
import io.exchange.controller.batch.BatchRecord;
import io.exchange.controller.primary.Merge;
import io.exchange.controller.primary.TargetRecord;
import org.jspecify.annotations.Nullable;

/** Joins the records of two halves of a cluster, those of targets by {@link Merge}, those of batches by {@link BatchMerge}. Public because Hazelcast makes it by its name. */
public final class RecordMergePolicy
        implements SplitBrainMergePolicy<Object, MergingValue<Object>, @Nullable Object>, IdentifiedDataSerializable {

    /** For Hazelcast. */
    public RecordMergePolicy() {}

    @Override
    public @Nullable Object merge(MergingValue<Object> merging, @Nullable MergingValue<Object> existing) {
        Object joining = merging.getValue();
        Object there = existing == null ? null : existing.getValue();
        if (joining instanceof TargetRecord target && there instanceof TargetRecord other) {
            return Merge.merge(other, target);
        }
        if (joining instanceof BatchRecord batch && there instanceof BatchRecord other) {
            return BatchMerge.merge(other, batch);
        }
        return joining == null ? there : joining;
    }

    @Override
    public int getFactoryId() {
        return Serialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return Serialization.MERGE_POLICY;
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // has no state
    }

    @Override
    public void readData(ObjectDataInput in) {
        // has no state
    }
}
