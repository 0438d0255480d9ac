/**
 * Measures the exchange against the bare platform. {@link io.exchange.examples.benchmarks.Benchmarks} is the way in; a workload
 * starts the processes that it needs, lets them take turns, and prints one line for each thing measured.
 */
@NullMarked
package io.exchange.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
