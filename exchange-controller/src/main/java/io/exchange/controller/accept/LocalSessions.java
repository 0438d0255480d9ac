package io.exchange.controller.accept;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sessions whose channels are on this node, by target. Safe for any thread; a look-up takes no lock. */
public final class LocalSessions {

    private final Map<String, List<LocalSession>> byTarget = new ConcurrentHashMap<>();

    /**
     * A session by its id, which is looked for at its own target alone: whoever may speak for another one must not come by
     * it.
     *
     * @param targetId the target
     * @param sessionId the id
     * @return the session, if it is here
     */
    public Optional<LocalSession> find(String targetId, String sessionId) {
        return Optional.ofNullable(in(ofTarget(targetId), sessionId));
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
     * @return a snapshot
     */
    public Collection<LocalSession> all() {
        return byTarget.values().stream().flatMap(List::stream).toList();
    }

    /** Adds a session unless one with its id is there, and gives the one that is there then. */
    LocalSession addIfAbsent(LocalSession session) {
        String id = session.session().id();
        List<LocalSession> there = byTarget.compute(
                session.targetId(),
                (target, before) -> before == null || in(before, id) == null ? with(before, session) : before);
        return Objects.requireNonNull(in(there, id));
    }

    void remove(LocalSession session) {
        byTarget.computeIfPresent(session.targetId(), (target, before) -> without(before, session));
    }

    private static @Nullable LocalSession in(List<LocalSession> sessions, String sessionId) {
        for (LocalSession session : sessions) {
            if (session.session().id().equals(sessionId)) {
                return session;
            }
        }
        return null;
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
