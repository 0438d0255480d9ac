/**
 * The quick start: {@link io.exchange.examples.quickstart.Tour} shows what an exchange does in one process, and the three
 * commands beside it run the same as processes of their own.
 */
@NullMarked
package io.exchange.examples.quickstart;

import org.jspecify.annotations.NullMarked;
