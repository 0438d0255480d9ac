package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.Presence;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.SessionRecord.Resume;
import java.util.Map;
import java.util.Set;

/** The session in the record of a target. */
final class SessionRecordSerializer implements CompactSerializer<SessionRecord> {

    private static final String[] NONE = {};
    private static final Presence[] PRESENCES = Presence.values();

    private final Shared shared = new Shared();

    @Override
    public SessionRecord read(CompactReader reader) {
        Fields in = new Fields(reader);
        Attach attach = new Attach(
                in.string("sessionId"),
                in.string("connectorId"),
                in.int64("attach"),
                in.string("channelId"),
                shared.of(in.string("nodeId")));
        return new SessionRecord(
                attach,
                presence(in.string("presence")),
                in.bool("healthy", true),
                shared.of(Map.copyOf(in.stringMap("labelKeys", "labelValues"))),
                shared.of(Set.copyOf(in.stringSet("roles"))),
                in.int64("joined"),
                in.int64("revision"),
                new Resume(in.string("resumeCurrent"), in.string("resumePrevious")));
    }

    /** One that this version does not know keeps what it holds and gets nothing, until its node says more. */
    private static Presence presence(String name) {
        for (Presence presence : PRESENCES) {
            if (presence.name().equals(name)) {
                return presence;
            }
        }
        return Presence.SUSPENDED;
    }

    @Override
    public void write(CompactWriter out, SessionRecord session) {
        Attach attach = session.attach();
        Map<String, String> labels = session.labels();
        String[] keys = labels.keySet().toArray(NONE);
        String[] values = new String[keys.length];
        for (int i = 0; i < keys.length; i++) {
            values[i] = labels.get(keys[i]);
        }
        out.writeString("sessionId", attach.sessionId());
        out.writeString("connectorId", attach.connectorId());
        out.writeInt64("attach", attach.number());
        out.writeString("channelId", attach.channelId());
        out.writeString("nodeId", attach.nodeId());
        out.writeString("presence", session.presence().name());
        out.writeBoolean("healthy", session.healthy());
        out.writeArrayOfString("labelKeys", keys);
        out.writeArrayOfString("labelValues", values);
        out.writeArrayOfString("roles", session.roles().toArray(NONE));
        out.writeInt64("joined", session.joined());
        out.writeInt64("revision", session.revision());
        out.writeString("resumeCurrent", session.resume().current());
        out.writeString("resumePrevious", session.resume().previous());
    }

    @Override
    public String getTypeName() {
        return "exchange.session";
    }

    @Override
    public Class<SessionRecord> getCompactClass() {
        return SessionRecord.class;
    }
}
