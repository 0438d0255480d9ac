package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.exchange.controller.batch.BatchEvent;
import io.exchange.controller.batch.BatchRecord;
import io.exchange.controller.batch.BatchSteps;
import io.exchange.controller.batch.BatchStore;
import io.exchange.controller.batch.BatchStore.Verdict;
import io.exchange.controller.batch.Claim;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step of {@link BatchSteps} where the record is kept. Gives the version before it, negative if the claim is another
 * one's, 0 if there is no record. For one key and one use, like {@link StepProcessor}.
 */
@SuppressWarnings("serial")
final class BatchStepProcessor implements EntryProcessor<String, BatchRecord, Long>, IdentifiedDataSerializable {

    private transient byte[] submission = {};
    private transient @Nullable EntryProcessor<String, BatchRecord, Long> backup;

    /** To be read into. */
    BatchStepProcessor() {}

    /** A step. */
    BatchStepProcessor(Claim by, List<BatchEvent> events) {
        this.submission = BatchCodec.encode(by, events);
    }

    /** What {@link #process} gives, as the store says it. */
    static BatchStore.Result result(@Nullable Long answer) {
        long version = answer == null ? 0 : answer;
        Verdict verdict = version > 0 ? Verdict.ACCEPTED : version < 0 ? Verdict.REFUSED : Verdict.GONE;
        return new BatchStore.Result(verdict, Math.abs(version));
    }

    /** What it throws can be read by any member, whose filter lets pass nothing of ours. */
    @Override
    public Long process(Map.Entry<String, BatchRecord> entry) {
        try {
            return step(entry);
        } catch (RuntimeException e) {
            throw new IllegalStateException(e.toString());
        }
    }

    private long step(Map.Entry<String, BatchRecord> entry) {
        BatchRecord before = entry.getValue();
        if (before == null) {
            return 0;
        }
        Optional<BatchRecord> after =
                BatchSteps.apply(before, BatchCodec.claim(submission), BatchCodec.events(submission));
        if (after.isEmpty()) {
            return -before.version();
        }
        if (after.get().version() != before.version()) {
            entry.setValue(after.get());
            backup = new KeepProcessor<>(after.get());
        }
        return before.version();
    }

    /** Asked after {@link #process}, and used only if that set a value. */
    @Override
    public @Nullable EntryProcessor<String, BatchRecord, Long> getBackupProcessor() {
        return backup;
    }

    @Override
    public int getFactoryId() {
        return Serialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return Serialization.BATCH_STEP;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByteArray(submission);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        submission = Serialization.bytes(in);
    }
}
