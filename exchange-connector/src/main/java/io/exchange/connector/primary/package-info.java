/** What a connector holds: grants, their leases, and when it steps down. */
@NullMarked
package io.exchange.connector.primary;

import org.jspecify.annotations.NullMarked;
