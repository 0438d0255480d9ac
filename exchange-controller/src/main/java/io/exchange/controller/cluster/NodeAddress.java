package io.exchange.controller.cluster;

import java.util.Objects;

/**
 * Where a node can be reached.
 *
 * @param endpoint by connectors, empty if it does not say
 * @param link by other nodes, empty if it takes no links
 * @param token what other nodes must show; whoever can read it is in the cluster
 */
public record NodeAddress(String endpoint, String link, String token) {

    /** A node that nobody reaches. */
    public static final NodeAddress NONE = new NodeAddress("", "", "");

    /** Checks. */
    public NodeAddress {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(link, "link");
        Objects.requireNonNull(token, "token");
    }

    @Override
    public String toString() {
        return "NodeAddress[" + endpoint + ", link " + link + "]";
    }
}
