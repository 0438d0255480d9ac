package io.exchange.api;

/** Names of roles: what only one connector of a target, or a set number of them, may do at a time. */
public final class Roles {

    /** The role that every connector can take unless it says otherwise, with one slot for each target. */
    public static final String PRIMARY = "primary";

    private Roles() {}
}
