package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.exchange.controller.RetryPolicy;
import io.exchange.controller.batch.BatchPlan;
import io.exchange.controller.batch.BatchRecord;
import io.exchange.controller.batch.Claim;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.Presence;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.TargetRecord;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** How everything of ours travels between members: records as compact data, operations as identified data. */
final class Serialization {

    /** Taken by nobody else in a cluster. The numbers below are for ever. */
    static final int FACTORY_ID = 0x45584348;

    static final int STEP = 1;
    static final int RESULT = 2;
    static final int KEEP = 3;
    static final int MERGE_POLICY = 4;
    static final int BATCH_STEP = 5;

    private static final DataSerializableFactory FACTORY = Serialization::create;

    private Serialization() {}

    private static IdentifiedDataSerializable create(int classId) {
        return switch (classId) {
            case STEP -> new StepProcessor();
            case RESULT -> new StepResult();
            case KEEP -> new KeepProcessor<>();
            case MERGE_POLICY -> new RecordMergePolicy();
            case BATCH_STEP -> new BatchStepProcessor();
            default -> throw new IllegalArgumentException("this version knows no class " + classId);
        };
    }

    static void addTo(SerializationConfig config) {
        config.addDataSerializableFactory(FACTORY_ID, FACTORY);
        config.getCompactSerializationConfig()
                .addSerializer(new TargetRecordSerializer())
                .addSerializer(new SessionRecordSerializer())
                .addSerializer(new SlotRecordSerializer())
                .addSerializer(new NodeRecordSerializer())
                .addSerializer(new BatchRecordSerializer());
    }

    static boolean isIn(SerializationConfig config) {
        return config.getDataSerializableFactories().get(FACTORY_ID) == FACTORY;
    }

    /** A record with all that a record can have: whoever has written it once knows all schemas. */
    static TargetRecord sample(String targetId) {
        Attach attach = new Attach("session", "connector", 1, "channel", "node");
        SessionRecord session = new SessionRecord(
                attach,
                Presence.ATTACHED,
                true,
                Map.of("label", "value"),
                Set.of("role"),
                1,
                1,
                new SessionRecord.Resume("current", "previous"));
        SlotRecord.Tenure tenure = new SlotRecord.Tenure("session", 1, false);
        SlotRecord slot = new SlotRecord("role", 0, 1, List.of(tenure), Optional.of("session"));
        return new TargetRecord(targetId, TargetRecord.FORMAT, 1, 0, List.of(session), List.of(slot));
    }

    /** A batch, for its schema. */
    static BatchRecord sampleBatch() {
        BatchPlan plan = new BatchPlan(1, RetryPolicy.DEFAULT, 0, 1, 1);
        return new BatchRecord("batch", "key", plan, Claim.NONE, false, 1, BatchRecord.NOT_ENDED, 1, List.of());
    }

    static byte[] bytes(ObjectDataInput in) throws IOException {
        return Objects.requireNonNull(in.readByteArray());
    }
}
