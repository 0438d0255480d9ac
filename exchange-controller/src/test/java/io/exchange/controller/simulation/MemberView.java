package io.exchange.controller.simulation;

import io.exchange.controller.cluster.ClusterView;
import io.exchange.controller.cluster.NodeAddress;
import io.exchange.controller.cluster.Registration;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The nodes that a member believes to be there. */
final class MemberView implements ClusterView {

    private final SimMember member;
    private final SimNode node;
    private final List<Listener> listeners = new ArrayList<>();
    private Map<String, Node> nodes = Map.of();
    private Set<String> foundOnJoining = Set.of();

    MemberView(SimMember member, SimNode node) {
        this.member = member;
        this.node = node;
    }

    /** The first look. */
    void begin(Collection<SimMember> present) {
        set(present);
        foundOnJoining = new LinkedHashSet<>(nodes.keySet());
        foundOnJoining.remove(node.nodeId);
    }

    void set(Collection<SimMember> present) {
        Map<String, Node> before = nodes;
        Map<String, Node> after = new LinkedHashMap<>();
        present.forEach(one -> after.put(one.nodeId(), new Node(one.nodeId(), NodeAddress.NONE, 0, 1, false)));
        after.putIfAbsent(node.nodeId, new Node(node.nodeId, NodeAddress.NONE, 0, 1, false));
        nodes = after;
        node.world.tell(node.nodeId, "sees", after.keySet());
        before.keySet().stream().filter(id -> !after.containsKey(id)).forEach(this::left);
        after.keySet().stream().filter(id -> !before.containsKey(id)).forEach(this::joined);
    }

    void merging() {
        List.copyOf(listeners).forEach(Listener::merging);
    }

    private void left(String nodeId) {
        if (!nodeId.equals(node.nodeId)) {
            List.copyOf(listeners).forEach(listener -> listener.nodeLeft(nodeId));
        }
    }

    private void joined(String nodeId) {
        if (!nodeId.equals(node.nodeId)) {
            List.copyOf(listeners).forEach(listener -> listener.nodeJoined(nodes.get(nodeId)));
        }
    }

    @Override
    public String nodeId() {
        return node.nodeId;
    }

    @Override
    public Map<String, Node> nodes() {
        return nodes;
    }

    @Override
    public Set<String> foundOnJoining() {
        return foundOnJoining;
    }

    @Override
    public Registration listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Whoever is on the same side now, and those whom it has not missed yet. */
    @Override
    public void drain() {}

    @Override
    public Future<Void> refresh() {
        Promise<Void> looked = Promise.promise();
        member.later(World.MILLI, () -> {
            if (member.side().isEmpty()) {
                looked.fail("the cluster cannot be reached");
                return;
            }
            Map<String, SimMember> union = new LinkedHashMap<>();
            member.side().get().members.forEach(one -> union.put(one.nodeId(), one));
            member.known(nodes.keySet()).forEach(one -> union.put(one.nodeId(), one));
            set(union.values());
            looked.complete();
        });
        return looked.future();
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
