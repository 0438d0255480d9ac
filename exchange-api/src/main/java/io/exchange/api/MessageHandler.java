package io.exchange.api;

import java.util.Map;

/**
 * Takes the one-way messages of one type.
 *
 * @param <M> the type of the payload
 */
@FunctionalInterface
public interface MessageHandler<M> {

    /**
     * Takes one message. Called on the channel's event loop, in the order of sending for one channel, but one of more
     * than 64 KiB may be overtaken by later ones; must not block.
     * What it throws is told to {@link ExchangeObserver#messageDropped} and harms nothing else.
     *
     * @param message the payload
     * @param headers the headers
     * @param channel the channel that brought it
     */
    void handle(M message, Map<String, String> headers, Channel channel);
}
