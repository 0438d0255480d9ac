package io.exchange.transport;

/**
 * How the nodes of a cluster reach each other: every node listens for the others and dials them. It is apart from the
 * transports for connectors, so that it can have an address, certificates and a firewall rule of its own.
 *
 * @param server accepts the links of other nodes
 * @param client opens links to other nodes
 */
public record NodeTransport(ServerTransport server, ClientTransport client) {}
