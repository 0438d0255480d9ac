package io.exchange.grpc.cluster;

import io.exchange.embedded.ExchangeContract;
import org.junit.jupiter.api.Test;

/** What the observers of two nodes are told of each other. */
class ObservedNodesTest extends ExchangeContract {

    ObservedNodesTest() {
        super(new ClusterWiring());
    }

    @Test
    void both_ends_of_a_link_are_told_that_it_is_up_and_that_it_is_down_and_each_node_of_its_lease() {
        controller();
        eventually("both are linked", () -> observed.count("link up") == 2);
        eventually("both have a lease", () -> observed.count("lease") == 2);
        stopAll();
        eventually("neither is linked", () -> observed.count("link down") == 2);
    }
}
