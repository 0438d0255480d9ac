/** From the first frame of a connector to its registered channel: hello, authentication, registration, rebalancing. */
@NullMarked
package io.exchange.controller.accept;

import org.jspecify.annotations.NullMarked;
