package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.exchange.controller.batch.BatchRecord;
import java.util.Objects;

/** The record of a batch as it is kept: what it is asked for by as fields, all of it as bytes. */
final class BatchRecordSerializer implements CompactSerializer<BatchRecord> {

    /** The key of the batch. */
    static final String KEY = "key";

    /** When the record can be forgotten; the greatest number there is while the batch goes on. */
    static final String FORGET_AT = "forgetAt";

    /** The node that runs the batch, empty if none does. */
    static final String CLAIMED_BY = "claimedBy";

    @Override
    public BatchRecord read(CompactReader in) {
        return BatchCodec.record(Objects.requireNonNull(in.readArrayOfInt8("record")));
    }

    @Override
    public void write(CompactWriter out, BatchRecord record) {
        out.writeString(KEY, record.key());
        out.writeString(CLAIMED_BY, record.claim().nodeId());
        out.writeInt64(
                FORGET_AT,
                record.hasEnded() ? record.endedAt() + record.plan().retentionMillis() : BatchRecord.NOT_ENDED);
        out.writeArrayOfInt8("record", BatchCodec.encode(record));
    }

    @Override
    public String getTypeName() {
        return "exchange.batch";
    }

    @Override
    public Class<BatchRecord> getCompactClass() {
        return BatchRecord.class;
    }
}
