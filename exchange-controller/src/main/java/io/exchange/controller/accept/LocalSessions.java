package io.exchange.controller.accept;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sessions whose channels are on this node, by id and by target. Safe for any thread; a look-up takes no lock. */
public final class LocalSessions {

    private final Map<String, LocalSession> byId = new ConcurrentHashMap<>();
    private final Map<String, List<LocalSession>> byTarget = new ConcurrentHashMap<>();

    /**
     * A session by its id.
     *
     * @param sessionId the id
     * @return the session, if it is here
     */
    public Optional<LocalSession> find(String sessionId) {
        return Optional.ofNullable(byId.get(sessionId));
    }

    /**
     * The sessions of a target.
     *
     * @param targetId the target
     * @return those that are here, in the order of their first attach; a snapshot
     */
    public List<LocalSession> ofTarget(String targetId) {
        return byTarget.getOrDefault(targetId, List.of());
    }

    /**
     * All sessions.
     *
     * @return a live view
     */
    public Collection<LocalSession> all() {
        return byId.values();
    }

    /** Adds a session unless one with its id is there, and gives the one that is there then. */
    LocalSession addIfAbsent(LocalSession session) {
        LocalSession there = byId.putIfAbsent(session.session().id(), session);
        if (there != null) {
            return there;
        }
        byTarget.compute(session.targetId(), (target, before) -> with(before, session));
        return session;
    }

    void remove(LocalSession session) {
        if (byId.remove(session.session().id(), session)) {
            byTarget.computeIfPresent(session.targetId(), (target, before) -> without(before, session));
        }
    }

    private static List<LocalSession> with(@Nullable List<LocalSession> before, LocalSession added) {
        List<LocalSession> after = before == null ? new ArrayList<>(1) : new ArrayList<>(before);
        after.add(added);
        return List.copyOf(after);
    }

    private static @Nullable List<LocalSession> without(List<LocalSession> before, LocalSession removed) {
        List<LocalSession> after = new ArrayList<>(before);
        after.remove(removed);
        return after.isEmpty() ? null : List.copyOf(after);
    }
}
