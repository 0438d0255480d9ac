/** The port that a transport implements: a connection that carries frames, and the two ways to get one. */
@NullMarked
package io.exchange.transport;

import org.jspecify.annotations.NullMarked;
