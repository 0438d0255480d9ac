/**
 * The side of a target: attaches to a controller, stays attached, handles commands and learns whether it is primary.
 */
@NullMarked
package io.exchange.connector;

import org.jspecify.annotations.NullMarked;
