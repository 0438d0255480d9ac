package io.exchange.channel;

import io.exchange.api.CloseReason;
import io.exchange.protocol.Frame;

/**
 * The connector or controller behind a channel: what is not the same at both ends. Called on the channel's loop. A frame
 * that this side never gets breaks the protocol, which is what the methods do unless overridden.
 */
public interface ChannelOwner {

    /**
     * A connector says hello. The owner accepts or refuses, now or later.
     *
     * @param channel the channel
     * @param frame the hello
     */
    default void hello(ChannelEngine channel, Frame.Hello frame) {
        channel.breach(frame);
    }

    /**
     * The controller accepts; the channel is active.
     *
     * @param channel the channel
     * @param frame the reply
     */
    default void helloReply(ChannelEngine channel, Frame.HelloReply frame) {
        channel.breach(frame);
    }

    /**
     * A heartbeat of the connector came; the owner answers it.
     *
     * @param channel the channel
     * @param frame the heartbeat
     */
    default void heartbeat(ChannelEngine channel, Frame.Heartbeat frame) {
        channel.breach(frame);
    }

    /**
     * A heartbeat is about to leave.
     *
     * @param channel the channel
     * @param number its number
     */
    default void heartbeatSent(ChannelEngine channel, long number) {}

    /**
     * The controller answered a heartbeat.
     *
     * @param channel the channel
     * @param frame the answer
     */
    default void heartbeatAck(ChannelEngine channel, Frame.HeartbeatAck frame) {
        channel.breach(frame);
    }

    /**
     * The controller granted a slot.
     *
     * @param channel the channel
     * @param frame the grant
     */
    default void granted(ChannelEngine channel, Frame.Granted frame) {
        channel.breach(frame);
    }

    /**
     * The connector took a slot.
     *
     * @param channel the channel
     * @param frame which
     */
    default void grantedAck(ChannelEngine channel, Frame.GrantedAck frame) {
        channel.breach(frame);
    }

    /**
     * The controller revoked a slot.
     *
     * @param channel the channel
     * @param frame which
     */
    default void revoked(ChannelEngine channel, Frame.Revoked frame) {
        channel.breach(frame);
    }

    /**
     * The connector has given a slot up.
     *
     * @param channel the channel
     * @param frame which
     */
    default void revokedAck(ChannelEngine channel, Frame.RevokedAck frame) {
        channel.breach(frame);
    }

    /**
     * The connector can take other roles.
     *
     * @param channel the channel
     * @param frame all its roles
     */
    default void roles(ChannelEngine channel, Frame.Roles frame) {
        channel.breach(frame);
    }

    /**
     * This end is about to say good-bye.
     *
     * @param channel the channel
     * @param reason why
     */
    default void leaving(ChannelEngine channel, CloseReason reason) {}

    /**
     * This end is about to close the connection, which the other end may see first. {@link #closed} follows.
     *
     * @param channel the channel
     */
    default void closing(ChannelEngine channel) {}

    /**
     * The other end says good-bye, and it is acknowledged next; the channel drains and will be closed by that end.
     *
     * @param channel the channel
     * @param reason why
     */
    default void goodBye(ChannelEngine channel, CloseReason reason) {}

    /**
     * The channel has ended. Called once; the session, if there is one, is still attached to it.
     *
     * @param channel the channel
     * @param reason why: what one of the ends said, or what happened
     */
    void closed(ChannelEngine channel, CloseReason reason);
}
