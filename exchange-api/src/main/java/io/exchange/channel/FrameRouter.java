package io.exchange.channel;

import io.exchange.api.ChannelState;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.protocol.Frame;
import io.exchange.protocol.FrameReceiver;
import io.exchange.protocol.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Takes each frame of a channel where it belongs: hello and grants to the owner, commands and replies to the session. A
 * frame that the state does not allow breaks the protocol. Confined to the channel's loop.
 */
final class FrameRouter implements FrameReceiver {

    private final ChannelEngine channel;
    private final ChannelOwner owner;
    private final DelayMeter meter;
    /** Made by the first large payload: most channels never carry one. */
    private @Nullable BulkReceiver bulk;

    private long delayNanos;
    private long nowNanos;
    private boolean helloCame;
    private long helloCameNanos;

    FrameRouter(ChannelEngine channel, ChannelOwner owner) {
        this.channel = channel;
        this.owner = owner;
        this.meter = new DelayMeter(channel.loop().nanoTime());
    }

    void route(Frame frame, long sentAtNanos, long now) {
        nowNanos = now;
        boolean handshaking = channel.state() == ChannelState.HANDSHAKING;
        if (handshaking && frame instanceof Frame.HelloReply reply) {
            meter.firstFrameWasHeld(reply.heldNanos(), nowNanos);
        }
        delayNanos = meter.delayNanos(sentAtNanos, nowNanos);
        if (handshaking && !opens(frame)) {
            channel.breach(frame);
        } else {
            frame.deliverTo(this);
        }
    }

    private static boolean opens(Frame frame) {
        return frame instanceof Frame.Hello
                || frame instanceof Frame.HelloReply
                || frame instanceof Frame.GoodBye
                || frame instanceof Frame.Malformed;
    }

    /** How long it is that the hello came. */
    long heldNanos() {
        return channel.loop().nanoTime() - helloCameNanos;
    }

    /** Whether no large payload is on its way here. */
    boolean isIdle() {
        return bulk == null || bulk.isIdle();
    }

    private BulkReceiver bulk() {
        BulkReceiver made = bulk;
        if (made == null) {
            made = new BulkReceiver(channel::send);
            bulk = made;
        }
        return made;
    }

    /** The session, while this channel carries it; what comes for it later is dropped, as it is sent again elsewhere. */
    private @Nullable Session session() {
        return channel.session();
    }

    @Override
    public void hello(Frame.Hello frame) {
        if (helloCame || channel.state() != ChannelState.HANDSHAKING) {
            channel.breach(frame);
        } else {
            helloCame = true;
            helloCameNanos = nowNanos;
            owner.hello(channel, frame);
        }
    }

    @Override
    public void helloReply(Frame.HelloReply frame) {
        if (channel.state() != ChannelState.HANDSHAKING) {
            channel.breach(frame);
        } else {
            owner.helloReply(channel, frame);
        }
    }

    @Override
    public void command(Frame.Command frame) {
        Session session = session();
        if (session != null) {
            session.received(frame, delayNanos, nowNanos);
        }
    }

    @Override
    public void reply(Frame.Reply frame) {
        Session session = session();
        if (session != null) {
            session.received(frame);
        }
    }

    @Override
    public void item(Frame.Item frame) {
        Session session = session();
        if (session != null) {
            session.received(frame);
        }
    }

    @Override
    public void credit(Frame.Credit frame) {
        Session session = session();
        if (session != null) {
            session.received(frame);
        }
    }

    @Override
    public void cancel(Frame.Cancel frame) {
        Session session = session();
        if (session != null) {
            session.received(frame);
        }
    }

    @Override
    public void message(Frame.Message frame) {
        Session session = session();
        if (session != null) {
            session.received(frame);
        }
    }

    @Override
    public void fragmented(Frame.Fragmented frame) {
        if (frame.length() > channel.limits().maxPayloadBytes()) {
            refuse(frame); // its fragments are not kept
        } else {
            bulk().begin(frame, delayNanos, nowNanos).ifPresent(channel::breach);
        }
    }

    private void refuse(Frame.Fragmented frame) {
        String message = "a payload of " + frame.length() + " bytes, the channel takes "
                + channel.limits().maxPayloadBytes();
        if (frame.head() instanceof Frame.Command command) {
            boolean mayHaveRun = command.repeatAgeNanos() != Frame.NOT_REPEATED; // on a channel that took more
            ExchangeException why =
                    mayHaveRun ? ErrorCode.TOO_LARGE.unknown(message) : ErrorCode.TOO_LARGE.notExecuted(message);
            channel.send(new Frame.Reply(command.id(), command.leg(), command.origin(), new Outcome.Refused(why)));
        } else if (frame.head() instanceof Frame.Reply reply) {
            reply(new Frame.Reply(
                    reply.id(),
                    reply.leg(),
                    reply.origin(),
                    new Outcome.Refused(ErrorCode.TOO_LARGE.unknown(message))));
        } else {
            channel.breach(message);
        }
    }

    @Override
    public void fragment(Frame.Fragment frame) {
        try {
            bulk().take(frame, nowNanos).ifPresent(complete -> {
                delayNanos = complete.delayNanos();
                complete.frame().deliverTo(this);
            });
            channel.mayBeDrained();
        } catch (IllegalArgumentException e) {
            channel.breach(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void fragmentCredit(Frame.FragmentCredit frame) {
        channel.fragmentCredit(frame.bytes());
    }

    @Override
    public void heartbeat(Frame.Heartbeat frame) {
        owner.heartbeat(channel, frame);
    }

    @Override
    public void heartbeatAck(Frame.HeartbeatAck frame) {
        owner.heartbeatAck(channel, frame);
    }

    @Override
    public void granted(Frame.Granted frame) {
        owner.granted(channel, frame);
    }

    @Override
    public void grantedAck(Frame.GrantedAck frame) {
        owner.grantedAck(channel, frame);
    }

    @Override
    public void revoked(Frame.Revoked frame) {
        owner.revoked(channel, frame);
    }

    @Override
    public void revokedAck(Frame.RevokedAck frame) {
        owner.revokedAck(channel, frame);
    }

    @Override
    public void roles(Frame.Roles frame) {
        owner.roles(channel, frame);
    }

    @Override
    public void goodBye(Frame.GoodBye frame) {
        channel.saidGoodBye(frame.reason());
    }

    @Override
    public void goodByeAck(Frame.GoodByeAck frame) {
        channel.acknowledgedGoodBye();
    }

    @Override
    public void malformed(Frame.Malformed frame) {
        channel.breach(frame.what());
    }
}
