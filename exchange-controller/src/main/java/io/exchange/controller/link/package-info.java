/** From node to node: one link for each pair, over which commands are sent on to the sessions of the other node. */
@NullMarked
package io.exchange.controller.link;

import org.jspecify.annotations.NullMarked;
