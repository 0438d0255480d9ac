package io.exchange.controller;

/**
 * Whether a node should be given connectors and commands.
 *
 * @param ready whether it should
 * @param detail why not; empty if it should
 */
public record Readiness(boolean ready, String detail) {

    /** It should. */
    static final Readiness READY = new Readiness(true, "");
}
