/** The cluster on Hazelcast: the only package that knows it. */
@NullMarked
package io.exchange.controller.cluster.hazelcast;

import org.jspecify.annotations.NullMarked;
