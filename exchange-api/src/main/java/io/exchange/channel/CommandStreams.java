package io.exchange.channel;

import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;

/**
 * The items of a command at the side that sends it: of its caller, or of a node that sends it on. Called on the loop of the
 * path that the command is on.
 */
interface CommandStreams {

    /** Which there are. */
    Frame.Items items();

    /** The command has been sent whole, perhaps not for the first time. */
    void opened();

    /** Whether no item has gone or come, so that a command that was not run may go another way as it is. */
    boolean isAtStart();

    /** The connection can take more again. */
    void writable();

    /** Takes an item; false if it broke the protocol. */
    boolean received(Frame.Item item);

    /** Takes credit. */
    void received(Frame.Credit credit);

    /** Whether the command may start anew, from its first item, on another session. */
    boolean canRestart();

    /** The command is about to start anew. */
    void restart();

    /** The command has ended. */
    void ended(Outcome outcome);
}
