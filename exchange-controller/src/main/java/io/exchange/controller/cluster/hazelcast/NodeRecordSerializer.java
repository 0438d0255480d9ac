package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.exchange.controller.cluster.ClusterTerms;
import io.exchange.controller.cluster.NodeAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The record of a node. Fields may be added; those there are keep name and kind for ever. */
final class NodeRecordSerializer implements CompactSerializer<NodeRecord> {

    @Override
    public NodeRecord read(CompactReader reader) {
        Fields in = new Fields(reader);
        return new NodeRecord(
                in.string("nodeId"),
                in.string("memberId"),
                new NodeAddress(in.string("endpoint"), in.string("link"), in.string("token")),
                in.int64("startedAt"),
                in.int32("format", 1),
                in.int64("revision"),
                in.int64("settlingUntil"),
                in.bool("left", false),
                in.bool("draining", false),
                terms(in));
    }

    private static Optional<ClusterTerms> terms(Fields in) {
        long lease = in.int64("lease");
        if (lease == 0) {
            return Optional.empty();
        }
        String[] roles = in.strings("roles");
        long[] slots = in.int64s("slots");
        Map<String, Integer> slotsOf = new HashMap<>();
        for (int i = 0; i < Math.min(roles.length, slots.length); i++) {
            slotsOf.put(roles[i], (int) slots[i]);
        }
        return Optional.of(new ClusterTerms(
                Duration.ofNanos(lease),
                Duration.ofNanos(in.int64("grace")),
                Duration.ofNanos(in.int64("look")),
                in.int32("quorum", 1),
                slotsOf,
                in.int32("otherSlots", 1)));
    }

    @Override
    public void write(CompactWriter out, NodeRecord node) {
        out.writeString("nodeId", node.nodeId());
        out.writeString("memberId", node.memberId());
        out.writeString("endpoint", node.address().endpoint());
        out.writeString("link", node.address().link());
        out.writeString("token", node.address().token());
        out.writeInt64("startedAt", node.startedAt());
        out.writeInt32("format", node.format());
        out.writeInt64("revision", node.revision());
        out.writeInt64("settlingUntil", node.settlingUntil());
        out.writeBoolean("left", node.left());
        out.writeBoolean("draining", node.draining());
        node.terms().ifPresent(terms -> write(out, terms));
    }

    private static void write(CompactWriter out, ClusterTerms terms) {
        List<String> roles = List.copyOf(terms.slots().keySet());
        out.writeInt64("lease", terms.lease().toNanos());
        out.writeInt64("grace", terms.grace().toNanos());
        out.writeInt64("look", terms.look().toNanos());
        out.writeInt32("quorum", terms.quorum());
        out.writeArrayOfString("roles", roles.toArray(String[]::new));
        out.writeArrayOfInt64(
                "slots", roles.stream().mapToLong(terms.slots()::get).toArray());
        out.writeInt32("otherSlots", terms.otherSlots());
    }

    @Override
    public String getTypeName() {
        return "exchange.node";
    }

    @Override
    public Class<NodeRecord> getCompactClass() {
        return NodeRecord.class;
    }
}
