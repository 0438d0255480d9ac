package io.exchange.api;

import java.util.Objects;
import java.util.Set;

/**
 * Who a connector is and what it may do.
 *
 * @param name the name, for logs and audits
 * @param targets the ids of the targets it may speak for; {@link #EVERYTHING} for all
 * @param roles the roles it may take; {@link #EVERYTHING} for all
 */
public record Identity(String name, Set<String> targets, Set<String> roles) {

    /** The set that allows everything. */
    public static final Set<String> EVERYTHING = Set.of("*");

    /** Checks and copies. */
    public Identity {
        Objects.requireNonNull(name, "name");
        targets = Set.copyOf(targets);
        roles = Set.copyOf(roles);
    }

    /**
     * An identity that may speak for these targets, in any role.
     *
     * @param name the name
     * @param targets the target ids
     * @return the identity
     */
    public static Identity of(String name, String... targets) {
        return new Identity(name, Set.of(targets), EVERYTHING);
    }

    /**
     * An identity that may do everything.
     *
     * @param name the name
     * @return the identity
     */
    public static Identity unrestricted(String name) {
        return new Identity(name, EVERYTHING, EVERYTHING);
    }

    /**
     * Whether it may speak for a target.
     *
     * @param targetId the target
     * @return whether it may
     */
    public boolean maySpeakFor(String targetId) {
        return targets.contains("*") || targets.contains(targetId);
    }

    /**
     * Whether it may take a role.
     *
     * @param role the role
     * @return whether it may
     */
    public boolean mayTake(String role) {
        return roles.contains("*") || roles.contains(role);
    }
}
