package io.exchange.controller;

import java.util.Objects;
import java.util.Optional;

/**
 * Which claims of a token say what a connector may do. Each holds one name or a list of names; {@code "*"} is every name.
 *
 * @param targets the claim with the ids of the targets it may speak for; a token without it may speak for none. {@code sub}
 *     where each connector speaks for the target that it is named after
 * @param roles the claim with the roles it may take, and a token without it may take none; empty to let every token take
 *     every role of its targets
 */
public record JwtClaims(String targets, Optional<String> roles) {

    /** The claim {@code targets}, and every role. */
    public static final JwtClaims DEFAULT = new JwtClaims("targets", Optional.empty());

    /** Checks. */
    public JwtClaims {
        Objects.requireNonNull(targets, "targets");
        Objects.requireNonNull(roles, "roles");
    }

    /**
     * A copy with another claim for targets.
     *
     * @param claim the claim with the ids of the targets
     * @return the copy
     */
    public JwtClaims withTargets(String claim) {
        return new JwtClaims(claim, roles);
    }

    /**
     * A copy with a claim for roles.
     *
     * @param claim the claim with the roles
     * @return the copy
     */
    public JwtClaims withRoles(String claim) {
        return new JwtClaims(targets, Optional.of(claim));
    }
}
