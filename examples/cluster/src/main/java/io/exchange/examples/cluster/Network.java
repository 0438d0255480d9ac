package io.exchange.examples.cluster;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Where the nodes of a cluster are, and what may part them. */
interface Network extends AutoCloseable {

    /**
     * The place of a node.
     *
     * @param host its address for other nodes
     * @param connectorHost its address for connectors
     * @param prefix what to put before a command that is to run there
     */
    record Place(String host, String connectorHost, List<String> prefix) {

        public Place {
            prefix = List.copyOf(prefix);
        }
    }

    /** Makes or finds the place of a node. */
    Place place(String node) throws IOException;

    /** Parts some nodes from all others, in both directions; connectors go on to reach all of them. */
    void part(Set<String> nodes) throws IOException;

    /** Parts nobody any more. */
    void heal() throws IOException;

    @Override
    void close();

    /** All nodes on loopback, where nothing can part them. */
    static Network loopback() {
        return new Network() {

            @Override
            public Place place(String node) {
                return new Place("127.0.0.1", "127.0.0.1", List.of());
            }

            @Override
            public void part(Set<String> nodes) {
                throw new UnsupportedOperationException("loopback cannot be parted; it takes network namespaces");
            }

            @Override
            public void heal() {}

            @Override
            public void close() {}
        };
    }
}
