package io.exchange.controller.cluster.hazelcast;

import io.exchange.controller.cluster.ClusterView.Node;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The records of nodes that this node has heard of. Changed on the context of its view, read by any thread. */
final class KnownNodes {

    private final String self;
    private final Map<String, NodeRecord> records = new ConcurrentHashMap<>();
    private volatile Set<NodeRecord> lastGone = Set.of();

    KnownNodes(String self) {
        this.self = self;
    }

    /** Takes a record unless a later one is known. */
    void add(NodeRecord record) {
        records.merge(record.nodeId(), record, (a, b) -> a.revision() > b.revision() ? a : b);
    }

    /** Takes what was read. A record that is missing there was lost as long as its member is present. */
    void replace(Map<String, NodeRecord> read, Set<String> members) {
        read.values().forEach(this::add);
        records.values()
                .removeIf(node -> !node.nodeId().equals(self)
                        && !read.containsKey(node.nodeId())
                        && !members.contains(node.memberId()));
    }

    /** Which of these were not there when last asked either, so that their records can go. */
    List<NodeRecord> goneSince(Collection<NodeRecord> read, Set<String> members) {
        Set<NodeRecord> gone = new HashSet<>(read);
        gone.removeIf(node -> members.contains(node.memberId()) || node.nodeId().equals(self));
        List<NodeRecord> goneTwice = gone.stream().filter(lastGone::contains).toList();
        lastGone = gone;
        return goneTwice;
    }

    /** The nodes that are there, and this one in any case. */
    Map<String, Node> nodes(Set<String> members) {
        Map<String, Node> nodes = new TreeMap<>();
        for (NodeRecord record : records.values()) {
            if (record.nodeId().equals(self) || isPresent(record, members)) {
                nodes.put(record.nodeId(), record.node());
            }
        }
        return Map.copyOf(nodes);
    }

    static List<NodeRecord> present(Collection<NodeRecord> records, Set<String> members) {
        return records.stream().filter(record -> isPresent(record, members)).toList();
    }

    private static boolean isPresent(NodeRecord record, Set<String> members) {
        return !record.left() && members.contains(record.memberId());
    }

    long settlingUntil() {
        long until = 0;
        for (NodeRecord record : records.values()) {
            until = Math.max(until, record.settlingUntil());
        }
        return until;
    }
}
