package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.exchange.controller.cluster.NodeAddress;

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
                in.bool("draining", false));
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
