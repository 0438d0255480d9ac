/** What applications write against: typed commands, their replies and handlers, and the errors they may end with. */
@NullMarked
package io.exchange.api;

import org.jspecify.annotations.NullMarked;
