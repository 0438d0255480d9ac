/** Who is primary: election as a pure function, terms and leases. */
@NullMarked
package io.exchange.controller.primary;

import org.jspecify.annotations.NullMarked;
