/** Metrics of an exchange with Micrometer, which is an optional dependency: only who uses this package needs it. */
@NullMarked
package io.exchange.metrics;

import org.jspecify.annotations.NullMarked;
