package io.exchange.controller;

import io.exchange.api.Channel;
import io.exchange.api.Identity;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** What an application has to say to a connector that attaches. */
@FunctionalInterface
public interface HelloHandler {

    /**
     * Answers the payload of a hello. Called on the channel's event loop after authentication, within the handshake time.
     *
     * @param channel the channel, not active yet: who attaches
     * @param identity who that is
     * @param payload what the connector's application said
     * @return what to answer; fails with an {@link io.exchange.api.ExchangeException} {@code FORBIDDEN} or {@code INVALID}
     *     to refuse for good, anything else to refuse for now
     */
    Future<Buffer> hello(Channel channel, Identity identity, Buffer payload);
}
