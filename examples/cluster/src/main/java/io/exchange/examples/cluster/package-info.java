/**
 * A cluster of real processes: nodes in JVMs of their own, connectors that attach to them, commands all the time, and faults
 * on purpose. {@code Cluster} starts and harms it, {@code NodeProcess} is a node, {@code History} keeps what everybody saw and
 * checks it.
 */
@NullMarked
package io.exchange.examples.cluster;

import org.jspecify.annotations.NullMarked;
