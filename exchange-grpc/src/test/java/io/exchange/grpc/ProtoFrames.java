package io.exchange.grpc;

import com.google.protobuf.ByteString;
import io.exchange.api.CloseReason;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.Grant;
import io.exchange.api.ReplyError;
import io.exchange.grpc.proto.Envelope;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.FrameReceiver;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import java.util.List;

/** Frames as protobuf's own generated classes: what the hand-written mapper is compared with. */
final class ProtoFrames implements FrameReceiver {

    private final io.exchange.grpc.proto.Frame.Builder out = io.exchange.grpc.proto.Frame.newBuilder();

    private ProtoFrames() {}

    static Envelope envelope(long sentAtNanos, List<Frame> frames) {
        Envelope.Builder envelope = Envelope.newBuilder().setSentAtNanos(sentAtNanos);
        frames.forEach(frame -> envelope.addFrames(of(frame)));
        return envelope.build();
    }

    static io.exchange.grpc.proto.Frame of(Frame frame) {
        ProtoFrames proto = new ProtoFrames();
        frame.deliverTo(proto);
        return proto.out.build();
    }

    @Override
    public void hello(Frame.Hello frame) {
        var hello = out.getHelloBuilder()
                .setProtocolVersion(frame.protocolVersion())
                .setConnectorId(frame.connectorId())
                .setSessionId(frame.sessionId())
                .setAttachNumber(frame.attachNumber())
                .setResumeToken(frame.resumeToken())
                .setTargetId(frame.targetId())
                .putAllLabels(frame.labels())
                .addAllRoles(frame.roles())
                .putAllMetadata(frame.metadata())
                .setPayload(bytes(frame.payload()));
        frame.told()
                .forEach(told ->
                        hello.addToldBuilder().setGrant(grant(told.grant())).setHeld(told.held()));
    }

    @Override
    public void helloReply(Frame.HelloReply frame) {
        ChannelLimits limits = frame.limits();
        out.getHelloReplyBuilder()
                .setChannelId(frame.channelId())
                .setResumeToken(frame.resumeToken())
                .setPayload(bytes(frame.payload()))
                .setHeldNanos(frame.heldNanos())
                .getLimitsBuilder()
                .setHeartbeatIntervalNanos(limits.heartbeatInterval().toNanos())
                .setMissedHeartbeats(limits.missedHeartbeats())
                .setLeaseNanos(limits.lease().toNanos())
                .setSessionGraceNanos(limits.sessionGrace().toNanos())
                .setMaxInFlight(limits.maxInFlight())
                .setMaxQueued(limits.maxQueued())
                .setMaxPayloadBytes(limits.maxPayloadBytes())
                .setMaxLargeBytes(limits.maxLargeBytes());
    }

    @Override
    public void command(Frame.Command frame) {
        var command = out.getCommandBuilder()
                .setId(frame.id())
                .setLeg(frame.leg())
                .setOrigin(frame.origin())
                .setType(frame.type())
                .putAllHeaders(frame.headers())
                .setAttempt(frame.attempt())
                .setItemsValue(frame.items().ordinal())
                .setPayload(bytes(frame.payload()));
        if (frame.timeLeftNanos() != Frame.NO_DEADLINE) {
            command.setTimeLeftNanos(frame.timeLeftNanos());
        }
        if (frame.repeatAgeNanos() != Frame.NOT_REPEATED) {
            command.setRepeatAgeNanos(frame.repeatAgeNanos());
        }
        if (frame.orderKey() != null) {
            command.setOrderKey(frame.orderKey());
        }
        if (frame.fence() != null) {
            command.setFence(grant(frame.fence()));
        }
        if (frame.onward() != null) {
            command.setOnward(onward(frame.onward()));
        }
    }

    @Override
    public void reply(Frame.Reply frame) {
        var reply = out.getReplyBuilder().setId(frame.id()).setLeg(frame.leg()).setOrigin(frame.origin());
        if (frame.outcome() instanceof Outcome.Succeeded succeeded) {
            reply.setSucceeded(bytes(succeeded.payload()));
        } else if (frame.outcome() instanceof Outcome.Failed failed) {
            ReplyError error = failed.error();
            reply.getFailedBuilder()
                    .setCode(error.code())
                    .setMessage(error.message())
                    .putAllDetails(error.details());
        } else if (frame.outcome() instanceof Outcome.Refused refused) {
            ExchangeException cause = refused.cause();
            var refusal = reply.getRefusedBuilder()
                    .setCodeValue(cause.code().number())
                    .setNotExecuted(cause.execution() == Execution.NOT_EXECUTED)
                    .setMessage(cause.text());
            cause.retryAfter().ifPresent(after -> refusal.setRetryAfterNanos(after.toNanos()));
        } else if (frame.outcome() instanceof Outcome.NotHere missed) {
            reply.getNotHereBuilder().setSent(missed.sent());
        }
    }

    @Override
    public void item(Frame.Item frame) {
        out.getItemBuilder()
                .setId(frame.id())
                .setLeg(frame.leg())
                .setOrigin(frame.origin())
                .setUp(frame.up())
                .setSequence(frame.sequence())
                .setLast(frame.last())
                .setPayload(bytes(frame.payload()));
    }

    @Override
    public void credit(Frame.Credit frame) {
        out.getCreditBuilder()
                .setId(frame.id())
                .setLeg(frame.leg())
                .setOrigin(frame.origin())
                .setUp(frame.up())
                .setItems(frame.items())
                .setBytes(frame.bytes());
    }

    @Override
    public void cancel(Frame.Cancel frame) {
        var cancel =
                out.getCancelBuilder().setId(frame.id()).setLeg(frame.leg()).setOrigin(frame.origin());
        if (frame.onward() != null) {
            cancel.setOnward(onward(frame.onward()));
        }
    }

    @Override
    public void message(Frame.Message frame) {
        var message = out.getMessageBuilder()
                .setType(frame.type())
                .putAllHeaders(frame.headers())
                .setPayload(bytes(frame.payload()));
        if (frame.onward() != null) {
            message.setOnward(onward(frame.onward()));
        }
    }

    @Override
    public void fragmented(Frame.Fragmented frame) {
        out.getFragmentedBuilder()
                .setHead(of(frame.head()))
                .setFragments(frame.fragments())
                .setLength(frame.length());
    }

    @Override
    public void fragment(Frame.Fragment frame) {
        out.getFragmentBuilder()
                .setFragments(frame.fragments())
                .setBytes(ByteString.copyFrom(frame.bytes().getBytes()));
    }

    @Override
    public void fragmentCredit(Frame.FragmentCredit frame) {
        out.getFragmentCreditBuilder().setBytes(frame.bytes());
    }

    @Override
    public void heartbeat(Frame.Heartbeat frame) {
        out.getHeartbeatBuilder().setNumber(frame.number());
    }

    @Override
    public void heartbeatAck(Frame.HeartbeatAck frame) {
        out.getHeartbeatAckBuilder().setNumber(frame.number()).setLeaseNanos(frame.leaseNanos());
    }

    @Override
    public void granted(Frame.Granted frame) {
        out.getGrantedBuilder()
                .setGrant(grant(frame.grant()))
                .setHeartbeat(frame.heartbeat())
                .setLeaseNanos(frame.leaseNanos());
    }

    @Override
    public void grantedAck(Frame.GrantedAck frame) {
        out.getGrantedAckBuilder().setGrant(grant(frame.grant()));
    }

    @Override
    public void revoked(Frame.Revoked frame) {
        out.getRevokedBuilder().setGrant(grant(frame.grant()));
    }

    @Override
    public void revokedAck(Frame.RevokedAck frame) {
        out.getRevokedAckBuilder().setGrant(grant(frame.grant()));
    }

    @Override
    public void roles(Frame.Roles frame) {
        out.getRolesBuilder().addAllRoles(frame.roles());
    }

    @Override
    public void goodBye(Frame.GoodBye frame) {
        CloseReason reason = frame.reason();
        var goodBye =
                out.getGoodByeBuilder().setCodeValue(reason.code().number()).setMessage(reason.message());
        reason.endpoint().ifPresent(goodBye::setEndpoint);
    }

    @Override
    public void goodByeAck(Frame.GoodByeAck frame) {
        out.getGoodByeAckBuilder();
    }

    @Override
    public void malformed(Frame.Malformed frame) {
        throw new AssertionError("never sent");
    }

    private static io.exchange.grpc.proto.Onward onward(Frame.Onward onward) {
        return io.exchange.grpc.proto.Onward.newBuilder()
                .setTargetId(onward.targetId())
                .setSessionId(onward.sessionId())
                .setDeliveryValue(onward.delivery().ordinal())
                .setToHandlers(onward.toHandlers())
                .setAttachNumber(onward.attachNumber())
                .build();
    }

    private static io.exchange.grpc.proto.Grant grant(Grant grant) {
        return io.exchange.grpc.proto.Grant.newBuilder()
                .setRole(grant.role())
                .setSlot(grant.slot())
                .setTerm(grant.term())
                .build();
    }

    private static ByteString bytes(Payload payload) {
        return ByteString.copyFrom(payload.bytes().getBytes());
    }
}
