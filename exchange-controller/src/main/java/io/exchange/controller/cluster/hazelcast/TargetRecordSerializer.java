package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.TargetRecord;
import java.util.List;

/** The record of a target as it is kept. Fields may be added; those there are keep name and kind for ever. */
final class TargetRecordSerializer implements CompactSerializer<TargetRecord> {

    @Override
    public TargetRecord read(CompactReader reader) {
        Fields in = new Fields(reader);
        List<SessionRecord> sessions = in.compacts("sessions", SessionRecord.class);
        return new TargetRecord(
                in.string("targetId"),
                in.int32("format", TargetRecord.FORMAT),
                in.int64("version"),
                in.int64("settling"),
                sessions,
                in.compacts("slots", SlotRecord.class).stream()
                        .map(slot -> slot.withSessionsOf(sessions))
                        .toList());
    }

    @Override
    public void write(CompactWriter out, TargetRecord record) {
        out.writeString("targetId", record.targetId());
        out.writeInt32("format", record.format());
        out.writeInt64("version", record.version());
        out.writeInt64("settling", record.settling());
        out.writeArrayOfCompact("sessions", record.sessions().toArray(new SessionRecord[0]));
        out.writeArrayOfCompact("slots", record.slots().toArray(new SlotRecord[0]));
    }

    @Override
    public String getTypeName() {
        return "exchange.target";
    }

    @Override
    public Class<TargetRecord> getCompactClass() {
        return TargetRecord.class;
    }
}
