package io.exchange.grpc;

import io.exchange.api.CloseReason;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.Grant;
import io.exchange.api.ReplyError;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.FrameReceiver;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames as {@code exchange.proto} describes them: the one way from frames to the wire. {@link FrameReader} is the
 * way back. Not thread-safe.
 */
final class FrameWriter implements FrameReceiver {

    /** A guess of what a frame is long beside its payload. Wrong guesses cost a move of the bytes, nothing else. */
    private static final int HEAD = 60;

    private final WireOutput out;
    private int expected;

    FrameWriter(WireOutput out) {
        this.out = out;
    }

    /** Writes a frame as a field of a message. */
    void write(int tag, Frame frame) {
        int outer = expected;
        int guess = HEAD + payloadLength(frame);
        expected = guess;
        int start = out.open(tag, guess);
        frame.deliverTo(this);
        out.close(start, guess);
        expected = outer;
    }

    @Override
    @SuppressWarnings("EnumOrdinal") // it is the number on the wire, as the enum says
    public void command(Frame.Command frame) {
        int start = head(Tag.COMMAND, frame.id(), frame.leg(), frame.origin());
        out.string(Tag.COMMAND_TYPE, frame.type());
        out.map(Tag.COMMAND_HEADER, frame.headers());
        if (frame.timeLeftNanos() != Frame.NO_DEADLINE) {
            out.presentInt64(Tag.COMMAND_TIME_LEFT, frame.timeLeftNanos());
        }
        if (frame.repeatAgeNanos() != Frame.NOT_REPEATED) {
            out.presentInt64(Tag.COMMAND_REPEAT_AGE, frame.repeatAgeNanos());
        }
        out.uint32(Tag.COMMAND_ATTEMPT, frame.attempt());
        String orderKey = frame.orderKey();
        if (orderKey != null) {
            out.presentString(Tag.COMMAND_ORDER_KEY, orderKey);
        }
        Grant fence = frame.fence();
        if (fence != null) {
            grant(Tag.COMMAND_FENCE, fence);
        }
        out.uint32(Tag.COMMAND_ITEMS, frame.items().ordinal());
        payload(Tag.COMMAND_PAYLOAD, frame.payload());
        onward(Tag.COMMAND_ONWARD, frame.onward());
        out.close(start, expected);
    }

    @SuppressWarnings("EnumOrdinal") // it is the number on the wire, as a test checks
    private void onward(int tag, Frame.@Nullable Onward onward) {
        if (onward != null) {
            int start = out.open(tag, HEAD);
            out.string(Tag.ONWARD_TARGET, onward.targetId());
            out.string(Tag.ONWARD_SESSION, onward.sessionId());
            out.uint32(Tag.ONWARD_DELIVERY, onward.delivery().ordinal());
            out.bool(Tag.ONWARD_TO_HANDLERS, onward.toHandlers());
            out.int64(Tag.ONWARD_ATTACH_NUMBER, onward.attachNumber());
            out.close(start, HEAD);
        }
    }

    @Override
    public void reply(Frame.Reply frame) {
        int start = head(Tag.REPLY, frame.id(), frame.leg(), frame.origin());
        Outcome outcome = frame.outcome();
        if (outcome instanceof Outcome.Succeeded succeeded) {
            out.presentBytes(Tag.REPLY_SUCCEEDED, succeeded.payload().bytes());
        } else if (outcome instanceof Outcome.Failed failed) {
            failure(failed.error());
        } else if (outcome instanceof Outcome.Refused refused) {
            refusal(refused.cause());
        } else if (outcome instanceof Outcome.NotHere missed) {
            int inner = out.open(Tag.REPLY_NOT_HERE, HEAD);
            out.bool(Tag.NOT_HERE_SENT, missed.sent());
            out.close(inner, HEAD);
        }
        out.close(start, expected);
    }

    private void failure(ReplyError error) {
        int start = out.open(Tag.REPLY_FAILED, HEAD);
        out.string(Tag.FAILURE_CODE, error.code());
        out.string(Tag.FAILURE_MESSAGE, error.message());
        out.map(Tag.FAILURE_DETAIL, error.details());
        out.close(start, HEAD);
    }

    private void refusal(ExchangeException cause) {
        int start = out.open(Tag.REPLY_REFUSED, HEAD);
        out.uint32(Tag.REFUSAL_CODE, cause.code().number());
        out.bool(Tag.REFUSAL_NOT_EXECUTED, cause.execution() == Execution.NOT_EXECUTED);
        out.string(Tag.REFUSAL_MESSAGE, cause.text());
        if (cause.retryAfter().isPresent()) {
            out.presentInt64(Tag.REFUSAL_RETRY_AFTER, nanos(cause.retryAfter().get()));
        }
        out.close(start, HEAD);
    }

    @Override
    public void item(Frame.Item frame) {
        int start = head(Tag.ITEM, frame.id(), frame.leg(), frame.origin());
        out.bool(Tag.ITEM_UP, frame.up());
        out.int64(Tag.ITEM_SEQUENCE, frame.sequence());
        out.bool(Tag.ITEM_LAST, frame.last());
        payload(Tag.ITEM_PAYLOAD, frame.payload());
        out.close(start, expected);
    }

    @Override
    public void credit(Frame.Credit frame) {
        int start = head(Tag.CREDIT, frame.id(), frame.leg(), frame.origin());
        out.bool(Tag.CREDIT_UP, frame.up());
        out.int64(Tag.CREDIT_ITEMS, frame.items());
        out.int64(Tag.CREDIT_BYTES, frame.bytes());
        out.close(start, expected);
    }

    @Override
    public void cancel(Frame.Cancel frame) {
        int start = head(Tag.CANCEL, frame.id(), frame.leg(), frame.origin());
        onward(Tag.CANCEL_ONWARD, frame.onward());
        out.close(start, expected);
    }

    private int head(int tag, String id, int leg, String origin) {
        int start = out.open(tag, expected);
        out.string(Tag.ID, id);
        out.uint32(Tag.LEG, leg);
        out.string(Tag.ORIGIN, origin);
        return start;
    }

    @Override
    public void message(Frame.Message frame) {
        int start = out.open(Tag.MESSAGE, expected);
        out.string(Tag.MESSAGE_TYPE, frame.type());
        out.map(Tag.MESSAGE_HEADER, frame.headers());
        payload(Tag.MESSAGE_PAYLOAD, frame.payload());
        onward(Tag.MESSAGE_ONWARD, frame.onward());
        out.close(start, expected);
    }

    @Override
    public void fragmented(Frame.Fragmented frame) {
        int start = out.open(Tag.FRAGMENTED, expected);
        write(Tag.FRAGMENTED_HEAD, frame.head());
        out.int64(Tag.FRAGMENTED_NUMBER, frame.fragments());
        out.uint32(Tag.FRAGMENTED_LENGTH, frame.length());
        out.close(start, expected);
    }

    @Override
    public void fragment(Frame.Fragment frame) {
        int start = out.open(Tag.FRAGMENT, expected);
        out.int64(Tag.FRAGMENT_NUMBER, frame.fragments());
        out.bytes(Tag.FRAGMENT_BYTES, frame.bytes());
        out.close(start, expected);
    }

    @Override
    public void fragmentCredit(Frame.FragmentCredit frame) {
        int start = out.open(Tag.FRAGMENT_CREDIT, expected);
        out.int64(Tag.FRAGMENT_CREDIT_BYTES, frame.bytes());
        out.close(start, expected);
    }

    @Override
    public void heartbeat(Frame.Heartbeat frame) {
        int start = out.open(Tag.HEARTBEAT, expected);
        out.int64(Tag.HEARTBEAT_NUMBER, frame.number());
        out.close(start, expected);
    }

    @Override
    public void heartbeatAck(Frame.HeartbeatAck frame) {
        int start = out.open(Tag.HEARTBEAT_ACK, expected);
        out.int64(Tag.HEARTBEAT_NUMBER, frame.number());
        out.int64(Tag.HEARTBEAT_ACK_LEASE, frame.leaseNanos());
        out.close(start, expected);
    }

    @Override
    public void hello(Frame.Hello frame) {
        int start = out.open(Tag.HELLO, expected);
        out.uint32(Tag.HELLO_VERSION, frame.protocolVersion());
        out.string(Tag.HELLO_CONNECTOR, frame.connectorId());
        out.string(Tag.HELLO_SESSION, frame.sessionId());
        out.int64(Tag.HELLO_ATTACH_NUMBER, frame.attachNumber());
        out.string(Tag.HELLO_RESUME_TOKEN, frame.resumeToken());
        out.string(Tag.HELLO_TARGET, frame.targetId());
        out.map(Tag.HELLO_LABEL, frame.labels());
        out.strings(Tag.HELLO_ROLE, frame.roles());
        for (Frame.Told told : frame.told()) {
            int item = out.open(Tag.HELLO_TOLD, HEAD);
            grant(Tag.TOLD_GRANT, told.grant());
            out.bool(Tag.TOLD_HELD, told.held());
            out.close(item, HEAD);
        }
        out.map(Tag.HELLO_METADATA, frame.metadata());
        payload(Tag.HELLO_PAYLOAD, frame.payload());
        out.close(start, expected);
    }

    @Override
    public void helloReply(Frame.HelloReply frame) {
        int start = out.open(Tag.HELLO_REPLY, expected);
        out.string(Tag.HELLO_REPLY_CHANNEL, frame.channelId());
        out.string(Tag.HELLO_REPLY_RESUME_TOKEN, frame.resumeToken());
        limits(frame.limits());
        payload(Tag.HELLO_REPLY_PAYLOAD, frame.payload());
        out.int64(Tag.HELLO_REPLY_HELD, frame.heldNanos());
        out.close(start, expected);
    }

    private void limits(ChannelLimits limits) {
        int start = out.open(Tag.HELLO_REPLY_LIMITS, HEAD);
        out.int64(Tag.LIMITS_HEARTBEAT, nanos(limits.heartbeatInterval()));
        out.uint32(Tag.LIMITS_MISSED, limits.missedHeartbeats());
        out.int64(Tag.LIMITS_LEASE, nanos(limits.lease()));
        out.int64(Tag.LIMITS_GRACE, nanos(limits.sessionGrace()));
        out.uint32(Tag.LIMITS_IN_FLIGHT, limits.maxInFlight());
        out.uint32(Tag.LIMITS_QUEUED, limits.maxQueued());
        out.uint32(Tag.LIMITS_PAYLOAD, limits.maxPayloadBytes());
        out.int64(Tag.LIMITS_LARGE, limits.maxLargeBytes());
        out.close(start, HEAD);
    }

    @Override
    public void granted(Frame.Granted frame) {
        int start = out.open(Tag.GRANTED, expected);
        grant(Tag.SLOT_GRANT, frame.grant());
        out.int64(Tag.GRANTED_HEARTBEAT, frame.heartbeat());
        out.int64(Tag.GRANTED_LEASE, frame.leaseNanos());
        out.close(start, expected);
    }

    @Override
    public void grantedAck(Frame.GrantedAck frame) {
        slot(Tag.GRANTED_ACK, frame.grant());
    }

    @Override
    public void revoked(Frame.Revoked frame) {
        slot(Tag.REVOKED, frame.grant());
    }

    @Override
    public void revokedAck(Frame.RevokedAck frame) {
        slot(Tag.REVOKED_ACK, frame.grant());
    }

    private void slot(int tag, Grant grant) {
        int start = out.open(tag, expected);
        grant(Tag.SLOT_GRANT, grant);
        out.close(start, expected);
    }

    private void grant(int tag, Grant grant) {
        int start = out.open(tag, HEAD);
        out.string(Tag.GRANT_ROLE, grant.role());
        out.uint32(Tag.GRANT_SLOT, grant.slot());
        out.int64(Tag.GRANT_TERM, grant.term());
        out.close(start, HEAD);
    }

    @Override
    public void roles(Frame.Roles frame) {
        int start = out.open(Tag.ROLES, expected);
        out.strings(Tag.ROLES_ROLE, frame.roles());
        out.close(start, expected);
    }

    @Override
    public void goodBye(Frame.GoodBye frame) {
        CloseReason reason = frame.reason();
        int start = out.open(Tag.GOOD_BYE, expected);
        out.uint32(Tag.GOOD_BYE_CODE, reason.code().number());
        out.string(Tag.GOOD_BYE_MESSAGE, reason.message());
        if (reason.endpoint().isPresent()) {
            out.presentString(Tag.GOOD_BYE_ENDPOINT, reason.endpoint().get());
        }
        out.close(start, expected);
    }

    @Override
    public void goodByeAck(Frame.GoodByeAck frame) {
        out.close(out.open(Tag.GOOD_BYE_ACK, expected), expected);
    }

    @Override
    public void malformed(Frame.Malformed frame) {
        throw new IllegalArgumentException("a malformed frame is never sent");
    }

    private void payload(int tag, Payload payload) {
        out.bytes(tag, payload.bytes());
    }

    private static int payloadLength(Frame frame) {
        if (frame instanceof Frame.Command command) {
            return command.payload().bytes().length();
        }
        if (frame instanceof Frame.Reply reply) {
            return reply.outcome() instanceof Outcome.Succeeded succeeded
                    ? succeeded.payload().bytes().length()
                    : 0;
        }
        if (frame instanceof Frame.Item item) {
            return item.payload().bytes().length();
        }
        if (frame instanceof Frame.Message message) {
            return message.payload().bytes().length();
        }
        return frame instanceof Frame.Fragment fragment ? fragment.bytes().length() : 0;
    }

    /** The whole range of a long, where a duration is longer. */
    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
