package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.exchange.api.CloseReason;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of a {@link StepProcessor}, on its way back. Not changed once it was made or read. */
final class StepResult implements IdentifiedDataSerializable {

    private static final int NOT_UNDERSTOOD = 0;
    private static final int ACCEPTED = 1;
    private static final int REFUSED = 2;

    private @Nullable Verdict verdict;
    private boolean found;
    private boolean kept;

    /** To be read into. */
    StepResult() {}

    /**
     * A result.
     *
     * @param verdict the verdict
     * @param found whether there was a record before the step
     * @param kept whether there is one after it
     */
    StepResult(Verdict verdict, boolean found, boolean kept) {
        this.verdict = verdict;
        this.found = found;
        this.kept = kept;
    }

    /** The result of an event that the keeper's version does not know. */
    static StepResult notUnderstood() {
        return new StepResult();
    }

    /** The verdict; none if the event was not understood. */
    Optional<Verdict> verdict() {
        return Optional.ofNullable(verdict);
    }

    boolean found() {
        return found;
    }

    boolean kept() {
        return kept;
    }

    @Override
    public int getFactoryId() {
        return Serialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return Serialization.RESULT;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        if (verdict instanceof Verdict.Accepted accepted) {
            // whoever submits an event asks for the record as it is; nodes of an earlier version send the one before
            // too
            out.writeByteArray(head(ACCEPTED).bool(false).toBytes());
            out.writeObject(accepted.record());
        } else if (verdict instanceof Verdict.Refused refused) {
            CloseReason reason = refused.reason();
            out.writeByteArray(head(REFUSED)
                    .int32(reason.code().number())
                    .string(reason.message())
                    .strings(reason.endpoint().stream().toList())
                    .toBytes());
        } else {
            out.writeByteArray(head(NOT_UNDERSTOOD).toBytes());
        }
    }

    private BlockWriter head(int kind) {
        return new BlockWriter().int8(kind).bool(found).bool(kept);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        BlockReader head = new BlockReader(Serialization.bytes(in));
        int kind = head.int8();
        found = head.bool();
        kept = head.bool();
        if (kind == ACCEPTED) {
            boolean withBefore = head.bool();
            TargetRecord record = record(in);
            verdict = new Verdict.Accepted(withBefore ? record(in) : record, record);
        } else if (kind == REFUSED) {
            CloseReason.Code code = CloseReason.Code.of(head.int32());
            String message = head.string();
            verdict = new Verdict.Refused(
                    new CloseReason(code, message, head.strings().stream().findFirst()));
        }
    }

    private static TargetRecord record(ObjectDataInput in) throws IOException {
        TargetRecord record = in.readObject();
        return Objects.requireNonNull(record);
    }
}
