/** The port to the cluster, where the record of each target is kept, and the implementation for a single node. */
@NullMarked
package io.exchange.controller.cluster;

import org.jspecify.annotations.NullMarked;
