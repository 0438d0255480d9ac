/** What users write against: command types, commands and replies, handlers, channels, and what can go wrong. */
@NullMarked
package io.exchange.api;

import org.jspecify.annotations.NullMarked;
