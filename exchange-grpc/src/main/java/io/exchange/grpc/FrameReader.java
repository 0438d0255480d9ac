package io.exchange.grpc;

import io.exchange.protocol.Frame;
import io.exchange.transport.ConnectionListener;
import org.jspecify.annotations.Nullable;

/**
 * Reads envelopes as {@code exchange.proto} describes them: the one way from the wire to frames. Whatever makes no sense
 * is handed up as a {@link Frame.Malformed} and never thrown. Not thread-safe.
 */
final class FrameReader {

    /** Takes what was read. */
    interface Sink {
        /** Takes the next frame; says whether to go on. */
        boolean take(Frame frame, long sentAtNanos);
    }

    private final WireInput in = new WireInput();
    private final CommandReader commands = new CommandReader(in);
    private final SessionReader sessions = new SessionReader(in);

    /** Reads an envelope; the array is not changed afterwards, for payloads may be slices of it. */
    void read(byte[] bytes, int from, int to, Sink sink) {
        in.begin(bytes, from, to);
        long sentAtNanos = ConnectionListener.UNKNOWN_TIME;
        boolean more = true;
        try {
            for (int tag = in.tag(); tag != 0 && more; tag = in.tag()) {
                switch (tag) {
                    case Tag.ENVELOPE_SENT_AT -> sentAtNanos = in.fixed64();
                    case Tag.ENVELOPE_FRAME -> more = sink.take(frame(), sentAtNanos);
                    default -> in.skip(tag, 2, "an envelope");
                }
            }
        } catch (MalformedException e) {
            sink.take(malformed(e), sentAtNanos);
        } finally {
            in.release();
        }
    }

    private Frame frame() {
        int outer = in.enter();
        int end = in.end();
        Frame frame;
        try {
            frame = kind();
        } catch (MalformedException | IllegalArgumentException e) {
            frame = malformed(e);
        }
        in.leave(end, outer);
        return frame;
    }

    private static Frame malformed(RuntimeException cause) {
        return new Frame.Malformed(String.valueOf(cause.getMessage()));
    }

    private Frame kind() {
        Frame frame = null;
        int unknown = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            Frame next = kind(tag);
            if (next == null) {
                unknown = Tag.field(tag);
                in.skip(tag, 0, "a frame");
            } else {
                frame = next;
            }
        }
        if (frame == null) {
            throw new MalformedException(
                    unknown == 0 ? "a frame is empty" : "a frame is of a kind that is not known: field " + unknown);
        }
        return frame;
    }

    private @Nullable Frame kind(int tag) {
        return switch (tag) {
            case Tag.FRAGMENTED -> fragmented();
            case Tag.FRAGMENT -> commands.fragment();
            case Tag.FRAGMENT_CREDIT -> commands.fragmentCredit();
            case Tag.HEARTBEAT -> sessions.heartbeat();
            case Tag.HEARTBEAT_ACK -> sessions.heartbeatAck();
            case Tag.CREDIT -> commands.credit();
            case Tag.CANCEL -> commands.cancel();
            case Tag.HELLO -> sessions.hello();
            case Tag.HELLO_REPLY -> sessions.helloReply();
            case Tag.GRANTED -> sessions.granted();
            case Tag.GRANTED_ACK -> new Frame.GrantedAck(sessions.slot("a granted ack"));
            case Tag.REVOKED -> new Frame.Revoked(sessions.slot("a revoked"));
            case Tag.REVOKED_ACK -> new Frame.RevokedAck(sessions.slot("a revoked ack"));
            case Tag.ROLES -> sessions.roles();
            case Tag.GOOD_BYE -> sessions.goodBye();
            case Tag.GOOD_BYE_ACK -> sessions.goodByeAck();
            default -> withPayload(tag);
        };
    }

    /** The kinds whose payload may travel in fragments. */
    private @Nullable Frame withPayload(int tag) {
        return switch (tag) {
            case Tag.COMMAND -> commands.command();
            case Tag.REPLY -> commands.reply();
            case Tag.ITEM -> commands.item();
            case Tag.MESSAGE -> commands.message();
            default -> null;
        };
    }

    private Frame fragmented() {
        int outer = in.enter();
        Frame head = null;
        long fragments = 0;
        int length = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.FRAGMENTED_HEAD -> head = head();
                case Tag.FRAGMENTED_NUMBER -> fragments = in.varint();
                case Tag.FRAGMENTED_LENGTH -> length = in.uint32();
                default -> in.skip(tag, 3, "a fragmented");
            }
        }
        in.leave(outer);
        if (head == null) {
            throw new MalformedException("a fragmented has no head");
        }
        return new Frame.Fragmented(head, fragments, length);
    }

    /** Only what has a payload, so that heads cannot nest. */
    private Frame head() {
        int outer = in.enter();
        Frame head = null;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            Frame next = withPayload(tag);
            if (next != null) {
                head = next;
            } else if (Tag.field(tag) <= Tag.field(Tag.GOOD_BYE_ACK)) {
                throw new MalformedException("the head of a fragmented is field " + Tag.field(tag) + " of a frame");
            } else {
                in.skip(tag, 0, "a frame");
            }
        }
        in.leave(outer);
        if (head == null) {
            throw new MalformedException("the head of a fragmented is empty");
        }
        return head;
    }
}
