package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.exchange.controller.primary.Merge;
import io.exchange.controller.primary.TargetRecord;
import org.jspecify.annotations.Nullable;

/** Joins the records of two halves of a cluster by {@link Merge}. Public because Hazelcast makes it by its name. */
public final class RecordMergePolicy
        implements SplitBrainMergePolicy<TargetRecord, MergingValue<TargetRecord>, @Nullable TargetRecord>,
                IdentifiedDataSerializable {

    /** For Hazelcast. */
    public RecordMergePolicy() {}

    @Override
    public @Nullable TargetRecord merge(
            MergingValue<TargetRecord> merging, @Nullable MergingValue<TargetRecord> existing) {
        TargetRecord joining = merging.getValue();
        TargetRecord there = existing == null ? null : existing.getValue();
        if (joining == null || there == null) {
            return joining == null ? there : joining;
        }
        return Merge.merge(there, joining);
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
