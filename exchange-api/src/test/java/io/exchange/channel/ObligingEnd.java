package io.exchange.channel;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Either end: it takes everyone and answers heartbeats. */
final class ObligingEnd implements ChannelOwner {

    Session session;

    @Nullable
    CloseReason closed;

    ObligingEnd(Session session) {
        this.session = session;
    }

    Code closedWith() {
        return Objects.requireNonNull(closed, "the channel is open").code();
    }

    @Override
    public void hello(ChannelEngine channel, Frame.Hello frame) {
        channel.introduce(frame);
        channel.activate(new Frame.HelloReply("channel", "", ChannelLimits.DEFAULT, Payload.EMPTY), session);
    }

    @Override
    public void helloReply(ChannelEngine channel, Frame.HelloReply frame) {
        channel.activate(frame, session);
    }

    @Override
    public void heartbeat(ChannelEngine channel, Frame.Heartbeat frame) {
        channel.send(new Frame.HeartbeatAck(frame.number(), 0));
    }

    @Override
    public void heartbeatAck(ChannelEngine channel, Frame.HeartbeatAck frame) {}

    @Override
    public void closed(ChannelEngine channel, CloseReason reason) {
        closed = reason;
        if (session.isCarriedBy(channel)) {
            session.suspend();
        }
    }
}
