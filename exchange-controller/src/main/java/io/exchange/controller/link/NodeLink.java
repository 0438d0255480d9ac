package io.exchange.controller.link;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.ErrorCode;
import io.exchange.channel.ChannelEngine;
import io.exchange.channel.ChannelOwner;
import io.exchange.channel.EventLoop;
import io.exchange.channel.Session;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * One life of the link to another node, at either end: a channel with a session of its own, which ends with it. Whatever is
 * on it then goes back to its owner. Confined to the loop of its connection.
 */
final class NodeLink implements ChannelOwner {

    private final NodeLinks links;
    private final EventLoop loop;
    private final Runnable whenClosed;
    private String peer;
    private @Nullable Session session;
    private @Nullable ChannelEngine channel;

    /**
     * @param peer the other node; empty if it is to say so itself
     * @param whenClosed called when the link is over, whether or not it ever was up
     */
    NodeLink(NodeLinks links, EventLoop loop, String peer, Runnable whenClosed) {
        this.links = links;
        this.loop = loop;
        this.peer = peer;
        this.whenClosed = whenClosed;
    }

    void opened(ChannelEngine newChannel) {
        channel = newChannel;
    }

    String peer() {
        return peer;
    }

    @Nullable
    Session session() {
        return session;
    }

    @Nullable
    ChannelEngine channel() {
        return channel;
    }

    /** Ends the link. Any thread. */
    void end(CloseReason reason) {
        loop.execute(() -> {
            if (channel != null) {
                channel.abort(reason);
            }
        });
    }

    @Override
    public void hello(ChannelEngine from, Frame.Hello hello) {
        if (!links.isFromANode(hello)) {
            from.abort(CloseReason.of(Code.UNAUTHENTICATED, "only nodes of this cluster may link"));
            return;
        }
        peer = hello.connectorId();
        from.introduce(hello);
        String id = links.nextLinkId();
        activate(from, new Frame.HelloReply(id, "", links.limits(), Payload.EMPTY), id);
    }

    @Override
    public void helloReply(ChannelEngine from, Frame.HelloReply reply) {
        activate(from, reply, reply.channelId());
    }

    private void activate(ChannelEngine from, Frame.HelloReply reply, String id) {
        Session carried = links.newSession(id, peer, loop);
        session = carried;
        from.activate(reply, carried);
        links.up(this);
    }

    @Override
    public void heartbeat(ChannelEngine from, Frame.Heartbeat frame) {
        from.send(new Frame.HeartbeatAck(frame.number(), 0));
    }

    @Override
    public void heartbeatAck(ChannelEngine from, Frame.HeartbeatAck frame) {
        // that something came is all that is wanted
    }

    @Override
    public void closed(ChannelEngine from, CloseReason reason) {
        links.down(this, reason);
        Session carried = session;
        if (carried != null) {
            carried.end(ErrorCode.CHANNEL_CLOSED, "the link to node " + peer + " was lost: " + reason);
        }
        whenClosed.run();
    }
}
