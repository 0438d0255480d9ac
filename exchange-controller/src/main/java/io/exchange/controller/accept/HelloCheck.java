package io.exchange.controller.accept;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Identity;
import io.exchange.api.Limits;
import io.exchange.protocol.Frame;
import java.util.Optional;

/** What is wrong with a hello, before anything is done for it. */
final class HelloCheck {

    private static final int MAX_ENTRIES = 64;
    private static final int MAX_LABEL_LENGTH = 4096;

    private HelloCheck() {}

    static Optional<CloseReason> flaw(Frame.Hello hello) {
        if (hello.protocolVersion() != Frame.PROTOCOL_VERSION) {
            return invalid("protocol version " + hello.protocolVersion() + " is not spoken here, "
                    + Frame.PROTOCOL_VERSION + " is");
        }
        try {
            Limits.requireName("connector id", hello.connectorId());
            Limits.requireName("session id", hello.sessionId());
            Limits.requireName("target id", hello.targetId());
            hello.roles().forEach(role -> Limits.requireName("role", role));
            hello.labels().keySet().forEach(label -> Limits.requireName("label", label));
        } catch (IllegalArgumentException e) {
            return invalid(String.valueOf(e.getMessage()));
        }
        return bounds(hello);
    }

    private static Optional<CloseReason> bounds(Frame.Hello hello) {
        if (hello.attachNumber() < 1) {
            return invalid("attach numbers count from 1");
        }
        if (hello.labels().size() > MAX_ENTRIES
                || hello.roles().size() > MAX_ENTRIES
                || hello.told().size() > MAX_ENTRIES) {
            return invalid("a hello has at most " + MAX_ENTRIES + " labels, roles and told grants");
        }
        if (hello.resumeToken().length() > Limits.MAX_NAME_LENGTH
                || hello.labels().values().stream().anyMatch(value -> value.length() > MAX_LABEL_LENGTH)) {
            return invalid("a label or the resume token is too long");
        }
        return Optional.empty();
    }

    private static Optional<CloseReason> invalid(String message) {
        return Optional.of(CloseReason.of(Code.INVALID, message));
    }

    /** What an identity may not do of all that a hello asks for. */
    static Optional<CloseReason> forbidden(Frame.Hello hello, Identity identity) {
        if (!identity.maySpeakFor(hello.targetId())) {
            return forbidden(identity.name() + " may not speak for " + hello.targetId());
        }
        return hello.roles().stream()
                .filter(role -> !identity.mayTake(role))
                .findFirst()
                .flatMap(role -> forbidden(identity.name() + " may not take the role " + role));
    }

    private static Optional<CloseReason> forbidden(String message) {
        return Optional.of(CloseReason.of(Code.FORBIDDEN, message));
    }
}
