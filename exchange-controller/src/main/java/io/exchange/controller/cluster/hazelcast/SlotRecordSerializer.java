package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.SlotRecord.Tenure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The slot in the record of a target. */
final class SlotRecordSerializer implements CompactSerializer<SlotRecord> {

    private final Shared shared = new Shared();

    @Override
    public SlotRecord read(CompactReader reader) {
        Fields in = new Fields(reader);
        return new SlotRecord(
                shared.of(in.string("role")),
                in.int32("number", 0),
                in.int64("term"),
                tenures(in),
                Optional.ofNullable(in.optionalString("movedFrom")));
    }

    private static List<Tenure> tenures(Fields in) {
        String[] sessions = in.strings("tenureSessions");
        long[] terms = in.int64s("tenureTerms");
        boolean[] revoking = in.bools("tenureRevoking");
        List<Tenure> tenures = new ArrayList<>();
        for (int i = 0; i < Math.min(sessions.length, terms.length); i++) {
            tenures.add(new Tenure(sessions[i], terms[i], i < revoking.length && revoking[i]));
        }
        return tenures;
    }

    @Override
    public void write(CompactWriter out, SlotRecord slot) {
        int size = slot.tenures().size();
        String[] sessions = new String[size];
        long[] terms = new long[size];
        boolean[] revoking = new boolean[size];
        for (int i = 0; i < size; i++) {
            Tenure tenure = slot.tenures().get(i);
            sessions[i] = tenure.sessionId();
            terms[i] = tenure.term();
            revoking[i] = tenure.revoking();
        }
        out.writeString("role", slot.role());
        out.writeInt32("number", slot.number());
        out.writeInt64("term", slot.term());
        out.writeArrayOfString("tenureSessions", sessions);
        out.writeArrayOfInt64("tenureTerms", terms);
        out.writeArrayOfBoolean("tenureRevoking", revoking);
        out.writeString("movedFrom", slot.movedFrom().orElse(null));
    }

    @Override
    public String getTypeName() {
        return "exchange.slot";
    }

    @Override
    public Class<SlotRecord> getCompactClass() {
        return SlotRecord.class;
    }
}
