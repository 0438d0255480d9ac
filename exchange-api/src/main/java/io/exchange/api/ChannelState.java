package io.exchange.api;

/** The life of a channel, which only goes forward. */
public enum ChannelState {
    /** The connection is being made. */
    CONNECTING,
    /** The connection is there, hello and its reply are not yet both through. */
    HANDSHAKING,
    /** Commands go both ways. */
    ACTIVE,
    /** No new commands; those in flight end first. */
    DRAINING,
    /** Over. */
    CLOSED
}
