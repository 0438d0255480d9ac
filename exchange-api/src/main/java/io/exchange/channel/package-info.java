/**
 * The engine that both ends of a channel share: handshake, heartbeats, sessions, pending commands and remembered replies.
 */
@NullMarked
package io.exchange.channel;

import org.jspecify.annotations.NullMarked;
