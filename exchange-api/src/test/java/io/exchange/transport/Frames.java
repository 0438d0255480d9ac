package io.exchange.transport;

import io.exchange.api.CloseReason;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Grant;
import io.exchange.api.ReplyError;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.buffer.Buffer;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Frames to send in tests, and what two frames must have in common to count as the same. */
public final class Frames {

    private Frames() {}

    /**
     * A frame that carries nothing but a number.
     *
     * @param number the number
     * @return the frame
     */
    public static Frame numbered(long number) {
        return new Frame.Heartbeat(number);
    }

    /**
     * A frame with a payload.
     *
     * @param length the length of the payload
     * @return the frame; the bytes differ from each other
     */
    public static Frame sized(int length) {
        return new Frame.Message("sized.v1", Map.of(), bytes(length));
    }

    /**
     * One or more frames of every kind that is sent.
     *
     * @return the frames
     */
    public static List<Frame> ofEveryKind() {
        Grant grant = new Grant("primary", 2, 1_700_000_000_123L);
        Frame.Command command = new Frame.Command(
                "id-1",
                1,
                "node-a",
                "deploy.v1",
                Map.of("traceparent", "00-ab", "ключ", "值"),
                30_000_000_000L,
                Frame.NOT_REPEATED,
                1,
                null,
                null,
                Frame.Items.NONE,
                bytes(100));
        return List.of(
                new Frame.Hello(
                        Frame.PROTOCOL_VERSION,
                        "connector-1",
                        "session-1",
                        7,
                        "token",
                        "gateway-eu",
                        Map.of("zone", "a"),
                        Set.of("primary", "archive"),
                        List.of(new Frame.Told(grant, true), new Frame.Told(new Grant("archive", 0, 3), false)),
                        Map.of("authorization", "Bearer x"),
                        bytes(3)),
                new Frame.HelloReply("channel-1", "token-2", ChannelLimits.DEFAULT, Payload.EMPTY),
                new Frame.HelloReply("channel-1", "token-2", ChannelLimits.DEFAULT, Payload.EMPTY, 7),
                command,
                new Frame.Command(
                        "id-2",
                        300,
                        "",
                        "t",
                        Map.of(),
                        Frame.NO_DEADLINE,
                        12,
                        3,
                        "key",
                        grant,
                        Frame.Items.BOTH,
                        Payload.EMPTY),
                new Frame.Reply("id-1", 1, "node-a", new Outcome.Succeeded(bytes(5))),
                new Frame.Reply("id-1", 1, "", new Outcome.Succeeded(Payload.EMPTY)),
                new Frame.Reply(
                        "id-1",
                        1,
                        "",
                        new Outcome.Failed(new ReplyError("no_space", "disk full", Map.of("free", "0")))),
                new Frame.Reply("id-1", 2, "", new Outcome.Refused(ErrorCode.TIMEOUT.unknown("too late"))),
                new Frame.Reply(
                        "id-1",
                        2,
                        "",
                        new Outcome.Refused(
                                ErrorCode.EXHAUSTED.notExecuted("full").withRetryAfter(Duration.ofMillis(250)))),
                new Frame.Item("id-1", 1, "node-a", true, 41, false, bytes(9)),
                new Frame.Item("id-1", 1, "", false, 0, true, Payload.EMPTY),
                new Frame.Credit("id-1", 1, "node-a", false, 16, 65_536),
                new Frame.Cancel("id-1", 1, "node-a"),
                new Frame.Message("event.v1", Map.of("a", "b"), bytes(1)),
                new Frame.Fragmented(command, 5, 1 << 20),
                new Frame.Fragment(5, Buffer.buffer("piece")),
                new Frame.Fragment(5, Buffer.buffer()),
                new Frame.FragmentCredit(65_536),
                new Frame.Heartbeat(1),
                new Frame.HeartbeatAck(1, 10_000_000_000L),
                new Frame.Granted(grant, 1, 10_000_000_000L),
                new Frame.GrantedAck(grant),
                new Frame.Revoked(grant),
                new Frame.RevokedAck(grant),
                new Frame.Roles(Set.of("archive")),
                new Frame.Roles(Set.of()),
                new Frame.GoodBye(CloseReason.of(CloseReason.Code.DRAINING, "moving")),
                new Frame.GoodBye(new CloseReason(CloseReason.Code.REPLACED, "", Optional.of("https://other:7000"))),
                new Frame.GoodByeAck());
    }

    /**
     * A payload of bytes that differ from each other.
     *
     * @param length how many
     * @return the payload
     */
    public static Payload bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        return Payload.ofBytes(Buffer.buffer(bytes));
    }

    /**
     * All that a frame says, in a form whose {@code equals} says whether two frames are the same: payloads by their
     * bytes, exceptions by what they say.
     *
     * @param part a frame, or a part of one
     * @return its parts
     */
    public static Object content(Object part) {
        if (part instanceof Payload payload) {
            return payload.bytes();
        }
        if (part instanceof ExchangeException e) {
            return List.of(e.code(), e.execution(), e.text(), e.retryAfter());
        }
        if (part instanceof List<?> list) {
            return list.stream().map(Frames::content).toList();
        }
        return part instanceof Record
                ? components((Record) part)
                : String.valueOf(part).isEmpty() ? "" : part;
    }

    private static List<Object> components(Record part) {
        List<Object> content = new ArrayList<>(List.of(part.getClass().getSimpleName()));
        try {
            for (RecordComponent component : part.getClass().getRecordComponents()) {
                Object value = component.getAccessor().invoke(part);
                content.add(value == null ? Optional.empty() : content(value));
            }
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        return content;
    }
}
