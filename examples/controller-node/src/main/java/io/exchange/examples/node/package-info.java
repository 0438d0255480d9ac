/** A controller node, ready to run: one jar, one configuration file. */
@NullMarked
package io.exchange.examples.node;

import org.jspecify.annotations.NullMarked;
