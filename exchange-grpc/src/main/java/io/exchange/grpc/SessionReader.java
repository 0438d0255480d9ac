package io.exchange.grpc;

import io.exchange.api.CloseReason;
import io.exchange.api.Grant;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the frames of a session's life: hello, heartbeats, grants, good-bye. Part of {@link FrameReader}. */
final class SessionReader {

    private final WireInput in;

    SessionReader(WireInput in) {
        this.in = in;
    }

    Frame hello() {
        int outer = in.enter();
        HelloFields hello = new HelloFields();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            hello.read(tag);
        }
        in.leave(outer);
        return hello.frame();
    }

    /** What has been read of a hello. */
    private final class HelloFields {
        private int version;
        private String connectorId = "";
        private String sessionId = "";
        private long attachNumber;
        private String resumeToken = "";
        private String targetId = "";
        private Map<String, String> labels = Map.of();
        private final Set<String> roles = new LinkedHashSet<>();
        private final List<Frame.Told> told = new ArrayList<>();
        private Map<String, String> metadata = Map.of();
        private Payload payload = Payload.EMPTY;

        void read(int tag) {
            switch (tag) {
                case Tag.HELLO_VERSION -> version = in.uint32();
                case Tag.HELLO_CONNECTOR -> connectorId = in.string();
                case Tag.HELLO_SESSION -> sessionId = in.string();
                case Tag.HELLO_ATTACH_NUMBER -> attachNumber = in.varint();
                case Tag.HELLO_RESUME_TOKEN -> resumeToken = in.string();
                case Tag.HELLO_TARGET -> targetId = in.string();
                case Tag.HELLO_LABEL -> labels = in.entry(labels);
                case Tag.HELLO_ROLE -> roles.add(in.string());
                case Tag.HELLO_TOLD -> told.add(told());
                case Tag.HELLO_METADATA -> metadata = in.entry(metadata);
                case Tag.HELLO_PAYLOAD -> payload = Payload.ofBytes(in.bytes());
                default -> in.skip(tag, 11, "a hello");
            }
        }

        Frame frame() {
            return new Frame.Hello(
                    version,
                    connectorId,
                    sessionId,
                    attachNumber,
                    resumeToken,
                    targetId,
                    WireInput.complete(labels),
                    Collections.unmodifiableSet(roles),
                    Collections.unmodifiableList(told),
                    WireInput.complete(metadata),
                    payload);
        }
    }

    private Frame.Told told() {
        int outer = in.enter();
        @Nullable Grant grant = null;
        boolean held = false;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.TOLD_GRANT -> grant = grant(in);
                case Tag.TOLD_HELD -> held = in.bool();
                default -> in.skip(tag, 2, "a told");
            }
        }
        in.leave(outer);
        return new Frame.Told(present(grant, "a told"), held);
    }

    static Grant grant(WireInput in) {
        int outer = in.enter();
        String role = "";
        int slot = 0;
        long term = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.GRANT_ROLE -> role = in.string(); // too seldom for a table of known names
                case Tag.GRANT_SLOT -> slot = in.uint32();
                case Tag.GRANT_TERM -> term = in.varint();
                default -> in.skip(tag, 3, "a grant");
            }
        }
        in.leave(outer);
        return new Grant(role, slot, term);
    }

    private static Grant present(@Nullable Grant grant, String message) {
        if (grant == null) {
            throw new MalformedException(message + " has no grant");
        }
        return grant;
    }

    Frame helloReply() {
        int outer = in.enter();
        String channelId = "";
        String resumeToken = "";
        @Nullable ChannelLimits limits = null;
        Payload payload = Payload.EMPTY;
        long held = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.HELLO_REPLY_CHANNEL -> channelId = in.string();
                case Tag.HELLO_REPLY_RESUME_TOKEN -> resumeToken = in.string();
                case Tag.HELLO_REPLY_LIMITS -> limits = limits();
                case Tag.HELLO_REPLY_PAYLOAD -> payload = Payload.ofBytes(in.bytes());
                case Tag.HELLO_REPLY_HELD -> held = in.varint();
                default -> in.skip(tag, 5, "a hello reply");
            }
        }
        in.leave(outer);
        if (limits == null) {
            throw new MalformedException("a hello reply has no limits");
        }
        return new Frame.HelloReply(channelId, resumeToken, limits, payload, held);
    }

    private ChannelLimits limits() {
        int outer = in.enter();
        long heartbeatNanos = 0;
        int missed = 0;
        long leaseNanos = 0;
        long graceNanos = 0;
        int inFlight = 0;
        int queued = 0;
        int payloadBytes = 0;
        long largeBytes = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.LIMITS_HEARTBEAT -> heartbeatNanos = in.varint();
                case Tag.LIMITS_MISSED -> missed = in.uint32();
                case Tag.LIMITS_LEASE -> leaseNanos = in.varint();
                case Tag.LIMITS_GRACE -> graceNanos = in.varint();
                case Tag.LIMITS_IN_FLIGHT -> inFlight = in.uint32();
                case Tag.LIMITS_QUEUED -> queued = in.uint32();
                case Tag.LIMITS_PAYLOAD -> payloadBytes = in.uint32();
                case Tag.LIMITS_LARGE -> largeBytes = in.varint();
                default -> in.skip(tag, 8, "limits");
            }
        }
        in.leave(outer);
        ChannelLimits limits = new ChannelLimits(
                Duration.ofNanos(heartbeatNanos),
                missed,
                Duration.ofNanos(leaseNanos),
                Duration.ofNanos(graceNanos),
                inFlight,
                queued,
                payloadBytes);
        return largeBytes == 0 ? limits : limits.withMaxLargeBytes(largeBytes);
    }

    Frame heartbeat() {
        int outer = in.enter();
        long number = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.HEARTBEAT_NUMBER -> number = in.varint();
                default -> in.skip(tag, 1, "a heartbeat");
            }
        }
        in.leave(outer);
        return new Frame.Heartbeat(number);
    }

    Frame heartbeatAck() {
        int outer = in.enter();
        long number = 0;
        long leaseNanos = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.HEARTBEAT_NUMBER -> number = in.varint();
                case Tag.HEARTBEAT_ACK_LEASE -> leaseNanos = in.varint();
                default -> in.skip(tag, 2, "a heartbeat ack");
            }
        }
        in.leave(outer);
        return new Frame.HeartbeatAck(number, leaseNanos);
    }

    Frame granted() {
        int outer = in.enter();
        @Nullable Grant grant = null;
        long heartbeat = 0;
        long leaseNanos = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.SLOT_GRANT -> grant = grant(in);
                case Tag.GRANTED_HEARTBEAT -> heartbeat = in.varint();
                case Tag.GRANTED_LEASE -> leaseNanos = in.varint();
                default -> in.skip(tag, 3, "a granted");
            }
        }
        in.leave(outer);
        return new Frame.Granted(present(grant, "a granted"), heartbeat, leaseNanos);
    }

    /** A frame that says nothing but a slot and its term. */
    Grant slot(String message) {
        int outer = in.enter();
        @Nullable Grant grant = null;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.SLOT_GRANT -> grant = grant(in);
                default -> in.skip(tag, 1, message);
            }
        }
        in.leave(outer);
        return present(grant, message);
    }

    Frame roles() {
        int outer = in.enter();
        Set<String> roles = new LinkedHashSet<>();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.ROLES_ROLE -> roles.add(in.string());
                default -> in.skip(tag, 1, "roles");
            }
        }
        in.leave(outer);
        return new Frame.Roles(Collections.unmodifiableSet(roles));
    }

    Frame goodBye() {
        int outer = in.enter();
        int code = 0;
        String message = "";
        Optional<String> endpoint = Optional.empty();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.GOOD_BYE_CODE -> code = in.uint32();
                case Tag.GOOD_BYE_MESSAGE -> message = in.string();
                case Tag.GOOD_BYE_ENDPOINT -> endpoint = Optional.of(in.string());
                default -> in.skip(tag, 3, "a good-bye");
            }
        }
        in.leave(outer);
        return new Frame.GoodBye(new CloseReason(CloseReason.Code.of(code), message, endpoint));
    }

    Frame goodByeAck() {
        int outer = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            in.skip(tag, 0, "a good-bye ack");
        }
        in.leave(outer);
        return new Frame.GoodByeAck();
    }
}
