package io.exchange.api;

/** Which channel of a target a command goes to. */
public sealed interface Route {

    /**
     * Any healthy channel. A node sends a command to a channel of its own as long as one has fewer
     * commands than may be in flight on it, to that with the fewest; beyond that, or if the node has none, to whichever channel of
     * the target has the fewest. Of the channels of other nodes each node knows only what it has itself sent there.
     */
    record Any() implements Route {}

    /**
     * The holder of a role; the command carries its term and is refused where a newer one is known.
     *
     * @param role the role
     */
    record Holder(String role) implements Route {
        /** Checks. */
        public Holder {
            Limits.requireName("role", role);
        }
    }

    /**
     * One connector.
     *
     * @param connectorId its id
     */
    record Connector(String connectorId) implements Route {
        /** Checks. */
        public Connector {
            Limits.requireName("connector id", connectorId);
        }
    }

    /** The route to any channel of the target. */
    Route ANY = new Any();

    /** The route to the holder of the role {@value Roles#PRIMARY}. */
    Route PRIMARY = new Holder(Roles.PRIMARY);

    /**
     * The holder of a role.
     *
     * @param role the role
     * @return the route
     */
    static Route holder(String role) {
        return new Holder(role);
    }

    /**
     * One connector of the target.
     *
     * @param connectorId its id
     * @return the route
     */
    static Route connector(String connectorId) {
        return new Connector(connectorId);
    }
}
