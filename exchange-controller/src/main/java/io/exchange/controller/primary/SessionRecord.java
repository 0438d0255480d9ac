package io.exchange.controller.primary;

import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What the record of a target says of one session. Immutable.
 *
 * @param attach its highest attach
 * @param presence where it stands
 * @param healthy whether its last health check was well
 * @param labels what the connector says of itself
 * @param roles the roles it can take
 * @param joined the cluster time in milliseconds of its first attach
 * @param revision the version of the record with which this last changed; when halves are merged the later one counts
 * @param resume what the connector must show to attach again
 */
public record SessionRecord(
        Attach attach,
        Presence presence,
        boolean healthy,
        Map<String, String> labels,
        Set<String> roles,
        long joined,
        long revision,
        Resume resume) {

    /**
     * The resume tokens that the next attach may show, or their digests; empty stands for none.
     *
     * @param current the one of the last reply
     * @param previous the one that was shown last, in case the last reply was lost
     */
    public record Resume(String current, String previous) {

        /** Checks. */
        public Resume {
            Objects.requireNonNull(current, "current");
            Objects.requireNonNull(previous, "previous");
        }

        boolean accepts(String shown) {
            return shown.equals(current) || shown.equals(previous);
        }
    }

    /** Copies what could change. */
    public SessionRecord {
        Objects.requireNonNull(attach, "attach");
        Objects.requireNonNull(presence, "presence");
        Objects.requireNonNull(resume, "resume");
        labels = Map.copyOf(labels);
        roles = Set.copyOf(roles);
    }

    /**
     * The session.
     *
     * @return its id
     */
    public String id() {
        return attach.sessionId();
    }

    /**
     * The connector.
     *
     * @return its id
     */
    public String connectorId() {
        return attach.connectorId();
    }

    /**
     * Whether it may be given a slot of a role now.
     *
     * @param role the role
     * @return whether it has a channel, is healthy, and can take the role
     */
    public boolean canTake(String role) {
        return presence == Presence.ATTACHED && fits(role);
    }

    /** Whether it may keep a slot: losing the channel costs it only when the lease is over. */
    boolean fits(String role) {
        return presence != Presence.ENDED && presence != Presence.LEAVING && healthy && roles.contains(role);
    }

    SessionRecord withAttach(Attach next) {
        return new SessionRecord(next, presence, healthy, labels, roles, joined, revision, resume);
    }

    SessionRecord withPresence(Presence next) {
        return new SessionRecord(attach, next, healthy, labels, roles, joined, revision, resume);
    }

    SessionRecord withHealthy(boolean next) {
        return new SessionRecord(attach, presence, next, labels, roles, joined, revision, resume);
    }

    SessionRecord withRoles(Set<String> next) {
        return new SessionRecord(attach, presence, healthy, labels, next, joined, revision, resume);
    }

    SessionRecord withRevision(long next) {
        return new SessionRecord(attach, presence, healthy, labels, roles, joined, next, resume);
    }
}
