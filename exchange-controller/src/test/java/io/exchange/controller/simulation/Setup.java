package io.exchange.controller.simulation;

/**
 * What an episode is made of.
 *
 * @param seed where all chance comes from
 * @param nodes 1 for one node, which loses its records when it is restarted; more share records that nothing loses
 * @param connectors how many connectors each target has
 * @param slots how many slots the role has
 * @param skew how far the rate of a clock may be from the true one
 * @param mutation the mistake that is made
 * @param releaseOnClose whether a connector steps down with its channel
 */
record Setup(long seed, int nodes, int connectors, int slots, double skew, Mutation mutation, boolean releaseOnClose) {

    /** The clock rates of two processes differ by less than a hundredth. */
    static final double BOUNDED_SKEW = 0.0045;
}
