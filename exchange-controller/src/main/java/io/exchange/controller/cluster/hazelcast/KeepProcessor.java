package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps a value as it is, or takes it away: hands the backup of a record what a step made of it. */
@SuppressWarnings("serial")
final class KeepProcessor<V, R> implements EntryProcessor<String, V, R>, IdentifiedDataSerializable {

    private transient @Nullable V value;

    /** To be read into. */
    KeepProcessor() {}

    /** Keeps a value, or none. */
    KeepProcessor(@Nullable V value) {
        this.value = value;
    }

    @Override
    public @Nullable R process(Map.Entry<String, V> entry) {
        entry.setValue(value);
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
        out.writeObject(value);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        value = in.readObject();
    }
}
