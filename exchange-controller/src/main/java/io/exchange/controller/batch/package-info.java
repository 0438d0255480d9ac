/** Batches: accept, claim, run to the end, observe. What becomes of a batch is decided by pure functions on its record. */
@NullMarked
package io.exchange.controller.batch;

import org.jspecify.annotations.NullMarked;
