package io.exchange.controller.accept;

import io.exchange.controller.cluster.HeldAttaches;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.TargetRecord;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The attaches of this node, from before they are recorded until nothing of them is left. Safe for any thread. */
final class HeldHere implements HeldAttaches {

    private record Held(String targetId, AcceptedChannel channel) {}

    private final Map<Attach, Held> attaches = new ConcurrentHashMap<>();
    private final Map<String, List<AcceptedChannel>> byTarget = new ConcurrentHashMap<>();

    void add(String targetId, Attach attach, AcceptedChannel channel) {
        attaches.put(attach, new Held(targetId, channel));
        byTarget.merge(targetId, List.of(channel), HeldHere::union);
    }

    private static List<AcceptedChannel> union(List<AcceptedChannel> some, List<AcceptedChannel> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    void remove(Attach attach) {
        Held gone = attaches.remove(attach);
        if (gone != null) {
            byTarget.computeIfPresent(gone.targetId, (target, channels) -> {
                List<AcceptedChannel> left = channels.stream()
                        .filter(channel -> channel != gone.channel)
                        .toList();
                return left.isEmpty() ? null : left;
            });
        }
    }

    /** Whether any attach of a session is here, be it one that is being recorded. */
    boolean holds(String targetId, String sessionId) {
        return byTarget.getOrDefault(targetId, List.of()).stream().anyMatch(channel -> channel.isOf(sessionId));
    }

    @Override
    public Collection<String> targets() {
        return List.copyOf(byTarget.keySet());
    }

    @Override
    public boolean isHere(Attach attach) {
        return attaches.containsKey(attach);
    }

    @Override
    public void audit(TargetRecord record) {
        byTarget.getOrDefault(record.targetId(), List.of()).forEach(channel -> channel.audit(record));
    }
}
