package io.exchange.channel;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.ExchangeObserver;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Either end: it takes everyone and answers heartbeats. */
class ObligingEnd implements ChannelOwner {

    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

    Session session;

    @Nullable
    CloseReason closed;

    private final ChannelLimits limits;

    ObligingEnd(Session session) {
        this(session, ChannelLimits.DEFAULT);
    }

    ObligingEnd(Session session, ChannelLimits limits) {
        this.session = session;
        this.limits = limits;
    }

    /** Opens a channel between two sessions of one loop, with obliging ends. */
    static MemoryLink connect(ManualLoop loop, MemoryLink link, Session near, Session far, ChannelLimits limits) {
        ChannelEngine.listen(link.far, loop, HANDSHAKE_TIMEOUT, new ObligingEnd(far, limits), ExchangeObserver.NONE);
        ChannelEngine.connect(
                link.near,
                loop,
                MemoryLink.hello("session"),
                HANDSHAKE_TIMEOUT,
                new ObligingEnd(near, limits),
                ExchangeObserver.NONE);
        loop.run();
        return link;
    }

    Code closedWith() {
        return Objects.requireNonNull(closed, "the channel is open").code();
    }

    @Override
    public void hello(ChannelEngine channel, Frame.Hello frame) {
        channel.introduce(frame);
        channel.activate(new Frame.HelloReply("channel", "", limits, Payload.EMPTY), session);
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
