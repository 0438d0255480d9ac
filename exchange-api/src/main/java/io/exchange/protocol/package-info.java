/** The frames that travel on a channel, and the reasons for which it closes. */
@NullMarked
package io.exchange.protocol;

import org.jspecify.annotations.NullMarked;
