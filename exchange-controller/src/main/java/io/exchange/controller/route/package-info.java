/** From a command to the channel it leaves on: deadline, choice of channel, retries. */
@NullMarked
package io.exchange.controller.route;

import org.jspecify.annotations.NullMarked;
