package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.projection.Projection;
import io.exchange.controller.primary.TargetRecord;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Map;

/** Gives of each record only its target and its version. */
@SuppressWarnings("serial")
final class VersionOf
        implements Projection<Map.Entry<String, TargetRecord>, Map.Entry<String, Long>>, IdentifiedDataSerializable {

    @Override
    public Map.Entry<String, Long> transform(Map.Entry<String, TargetRecord> entry) {
        return new SimpleImmutableEntry<>(entry.getKey(), entry.getValue().version());
    }

    @Override
    public int getFactoryId() {
        return Serialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return Serialization.VERSION_OF;
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
