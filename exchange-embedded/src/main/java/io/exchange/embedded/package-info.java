/** The transport inside one JVM, where nothing is serialized, and an exchange with both sides in one call. */
@NullMarked
package io.exchange.embedded;

import org.jspecify.annotations.NullMarked;
