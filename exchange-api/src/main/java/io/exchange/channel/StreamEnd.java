package io.exchange.channel;

import io.exchange.protocol.Payload;

/** What the two ends of a stream of items need of the command that it belongs to. */
interface StreamEnd {

    /** Runs on the session's loop: at once if the caller is on it. Any thread. */
    void execute(Runnable task);

    /** Whether there is a channel on which the command was sent whole. */
    boolean isOpen();

    /** Whether there is, and it takes more. */
    boolean isWritable();

    /** Encodes a payload if need be and checks its size; throws as {@link ChannelEngine#check} does. */
    void check(Payload payload);

    /** Whether an item with this payload takes its time to be sent. */
    boolean sendsInFragments(Payload payload);

    /**
     * Sends an item.
     *
     * @param sent called when all of a payload in fragments has been sent; not called for others
     */
    void sendItem(long sequence, Payload payload, Runnable sent);

    /** Sends the end of the stream. */
    void sendLast(long sequence);

    /** Gives the writer more credit. */
    void sendCredit(long items, long bytes);
}
