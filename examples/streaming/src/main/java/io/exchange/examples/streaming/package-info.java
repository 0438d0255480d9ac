/** A large file on its way: with progress, cancelled half-way, and taken up again from what the reply said. */
@NullMarked
package io.exchange.examples.streaming;

import org.jspecify.annotations.NullMarked;
