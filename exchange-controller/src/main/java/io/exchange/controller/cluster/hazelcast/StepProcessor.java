package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.exchange.controller.primary.Election;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step of {@link Election} where the record is kept. For one key and one use: the backup is handed what came of it and
 * runs nothing. Travels as identified data, never by Java serialization, which its parent type would allow.
 */
@SuppressWarnings("serial")
final class StepProcessor implements EntryProcessor<String, TargetRecord, StepResult>, IdentifiedDataSerializable {

    private transient @Nullable TargetEvent event;
    private transient ElectionRules rules = ElectionRules.DEFAULT;
    private transient long knownVersion;
    private transient long settling;
    private transient boolean writes;
    private transient @Nullable EntryProcessor<String, TargetRecord, StepResult> backup;

    /** To be read into. */
    StepProcessor() {}

    /**
     * A step.
     *
     * @param event what happened
     * @param rules the rules of the node that submits it
     * @param knownVersion the version of the record as that node knows it, 0 if it knows none: a record that is gone
     *     though it was known has been lost
     * @param settling not 0 if a record that this creates is to settle first
     * @param writes whether a record is written even if nothing changes, so that the answer says that its backup has it
     */
    StepProcessor(TargetEvent event, ElectionRules rules, long knownVersion, long settling, boolean writes) {
        this.event = event;
        this.rules = rules;
        this.knownVersion = knownVersion;
        this.settling = settling;
        this.writes = writes;
    }

    /** What it throws can be read by any member, whose filter lets pass nothing of ours. */
    @Override
    public StepResult process(Map.Entry<String, TargetRecord> entry) {
        try {
            return event == null ? StepResult.notUnderstood() : step(entry, event);
        } catch (RuntimeException e) {
            throw new IllegalStateException(e.toString());
        }
    }

    private StepResult step(Map.Entry<String, TargetRecord> entry, TargetEvent happened) {
        TargetRecord kept = entry.getValue();
        boolean found = kept != null;
        TargetRecord record = kept == null ? created(entry.getKey(), happened.now()) : kept;
        Verdict verdict = Election.step(record, happened, rules);
        if (!(verdict instanceof Verdict.Accepted accepted)) {
            return new StepResult(verdict, found, found);
        }
        if (accepted.record().isForgettable(happened.now())) {
            set(entry, null);
            return new StepResult(verdict, found, false);
        }
        if (accepted.changed() || (writes && found)) {
            set(entry, accepted.record());
            return new StepResult(verdict, found, true);
        }
        return found ? new StepResult(verdict, true, true) : absent(entry.getKey());
    }

    private static StepResult absent(String targetId) {
        TargetRecord unknown = TargetRecord.unknown(targetId);
        return new StepResult(new Verdict.Accepted(unknown, unknown), false, false);
    }

    /** A record that was lost goes on from its last known version, so that no node takes the new one for an old one. */
    private TargetRecord created(String targetId, long now) {
        boolean lost = knownVersion > 0;
        TargetRecord empty = lost || settling != 0
                ? TargetRecord.unsettled(targetId, settling == 0 ? now : settling)
                : TargetRecord.unknown(targetId);
        return lost
                ? new TargetRecord(
                        targetId, empty.format(), knownVersion, empty.settling(), empty.sessions(), empty.slots())
                : empty;
    }

    private void set(Map.Entry<String, TargetRecord> entry, @Nullable TargetRecord after) {
        entry.setValue(after);
        backup = new KeepProcessor<>(after);
    }

    /** Asked after {@link #process}, and used only if that set a value. */
    @Override
    public @Nullable EntryProcessor<String, TargetRecord, StepResult> getBackupProcessor() {
        return backup;
    }

    @Override
    public int getFactoryId() {
        return Serialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return Serialization.STEP;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByteArray(EventCodec.encode(Objects.requireNonNull(event)));
        out.writeByteArray(EventCodec.encode(rules));
        out.writeByteArray(new BlockWriter()
                .int64(knownVersion)
                .int64(settling)
                .bool(writes)
                .toBytes());
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Optional<TargetEvent> read = EventCodec.decode(Serialization.bytes(in));
        event = read.orElse(null);
        rules = EventCodec.rules(Serialization.bytes(in));
        BlockReader more = new BlockReader(Serialization.bytes(in));
        knownVersion = more.int64();
        settling = more.int64();
        writes = more.hasMore() && more.bool();
    }
}
