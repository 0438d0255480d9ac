package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.exchange.controller.primary.TargetRecord;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hands the backup of a record what {@link StepProcessor} made of it. */
@SuppressWarnings("serial")
final class KeepProcessor implements EntryProcessor<String, TargetRecord, StepResult>, IdentifiedDataSerializable {

    private transient @Nullable TargetRecord record;

    /** To be read into. */
    KeepProcessor() {}

    /** Keeps a record, or none. */
    KeepProcessor(@Nullable TargetRecord record) {
        this.record = record;
    }

    @Override
    public @Nullable StepResult process(Map.Entry<String, TargetRecord> entry) {
        entry.setValue(record);
        return null;
    }

    @Override
    public int getFactoryId() {
        return Serialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return Serialization.KEEP;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeObject(record);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        record = in.readObject();
    }
}
