package io.exchange.channel;

import io.exchange.protocol.Frame;

/**
 * The receiving half of a session: what becomes of the commands that come. {@link CommandDispatcher} runs their handlers;
 * {@link Relay} sends them on to other sessions. Called on the session's loop.
 */
interface CommandReceiver {

    /** A command came, later by this delay than if nothing had held it up. */
    void received(Frame.Command frame, long delayNanos, long now);

    /** A message came. */
    void received(Frame.Message frame);

    /** An item from the caller of a command came. */
    void received(Frame.Item frame);

    /** Credit from the caller of a command came. */
    void received(Frame.Credit frame);

    /** Nobody waits for a command any more. */
    void cancel(Frame.Cancel frame);

    /** The connection can take more again. */
    void writable();

    /** The channel is lost. */
    void suspend();

    /** The grace or the session is over: nobody waits for any of it. */
    void cancelAll();

    /** The session moves to another loop; called on the old one, and {@link #enterLoop} follows on the new one. */
    void leaveLoop();

    /** The session has come to another loop. */
    void enterLoop();

    /** Commands that have not been answered. */
    int size();
}
