package io.exchange.grpc;

import io.exchange.api.CloseReason;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.Grant;
import io.exchange.api.ReplyError;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Frames of every kind with whatever can be in them, drawn from a seed. */
final class RandomFrames {

    private static final String[] CHARACTERS = {
        "a", "Z", "0", "-", " ", "\u0001", "é", "ж", "€", "値", "\uFFFD", "😀", "𝔘"
    };
    private static final int[] LENGTHS = {
        0, 1, 7, 63, 64, 65, 120, 127, 128, 129, 300, 4_095, 4_096, 16_383, 16_384, 70_000
    };

    private final Random random;

    RandomFrames(long seed) {
        random = new Random(seed);
    }

    List<Frame> next(int count) {
        List<Frame> frames = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            frames.add(next());
        }
        return frames;
    }

    Frame next() {
        return switch (random.nextInt(20)) {
            case 0 -> hello();
            case 1 -> new Frame.HelloReply(text(), text(), limits(), payload(), anyLong());
            case 2 -> new Frame.Credit(text(), anyInt(), text(), random.nextBoolean(), anyLong(), anyLong());
            case 3 -> new Frame.Cancel(text(), anyInt(), text(), onward());
            case 4 -> new Frame.Fragmented(withPayload(Payload.EMPTY), anyLong(), anyInt());
            case 5 -> new Frame.Fragment(anyLong(), bytes());
            case 6 -> new Frame.FragmentCredit(anyLong());
            case 7 -> new Frame.Heartbeat(anyLong());
            case 8 -> new Frame.HeartbeatAck(anyLong(), anyLong());
            case 9 -> new Frame.Granted(grant(), anyLong(), anyLong());
            case 10 -> new Frame.GrantedAck(grant());
            case 11 -> new Frame.Revoked(grant());
            case 12 -> new Frame.RevokedAck(grant());
            case 13 -> new Frame.Roles(texts());
            case 14 ->
                new Frame.GoodBye(new CloseReason(
                        pick(CloseReason.Code.values()),
                        text(),
                        random.nextBoolean() ? Optional.empty() : Optional.of(text())));
            case 15 -> new Frame.GoodByeAck();
            default -> withPayload(payload());
        };
    }

    private Frame withPayload(Payload payload) {
        return switch (random.nextInt(4)) {
            case 0 ->
                new Frame.Command(
                        text(),
                        anyInt(),
                        text(),
                        text(),
                        headers(),
                        random.nextBoolean() ? Frame.NO_DEADLINE : anyLong(),
                        random.nextBoolean() ? Frame.NOT_REPEATED : anyLong(),
                        anyInt(),
                        random.nextBoolean() ? null : text(),
                        random.nextBoolean() ? null : grant(),
                        pick(Frame.Items.values()),
                        onward(),
                        payload);
            case 1 -> new Frame.Reply(text(), anyInt(), text(), outcome(payload));
            case 2 ->
                new Frame.Item(
                        text(), anyInt(), text(), random.nextBoolean(), anyLong(), random.nextBoolean(), payload);
            default -> new Frame.Message(text(), headers(), onward(), payload);
        };
    }

    private Frame.@Nullable Onward onward() {
        return random.nextBoolean()
                ? null
                : new Frame.Onward(text(), text(), pick(Delivery.values()), random.nextBoolean(), random.nextInt(3));
    }

    private Outcome outcome(Payload payload) {
        return switch (random.nextInt(4)) {
            case 3 -> new Outcome.NotHere(random.nextBoolean());
            case 0 -> new Outcome.Failed(new ReplyError(text(), text(), headers()));
            case 1 -> new Outcome.Refused(refusal());
            default -> new Outcome.Succeeded(payload);
        };
    }

    private ExchangeException refusal() {
        ExchangeException cause = ExchangeException.of(pick(ErrorCode.values()), pick(Execution.values()), text());
        return random.nextBoolean() ? cause : cause.withRetryAfter(Duration.ofNanos(anyLong()));
    }

    private Frame hello() {
        List<Frame.Told> told = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            told.add(new Frame.Told(grant(), random.nextBoolean()));
        }
        return new Frame.Hello(
                anyInt(), text(), text(), anyLong(), text(), text(), headers(), texts(), told, headers(), payload());
    }

    private ChannelLimits limits() {
        return new ChannelLimits(
                Duration.ofNanos(positive()),
                1 + random.nextInt(Integer.MAX_VALUE),
                Duration.ofNanos(positive()),
                Duration.ofNanos(positive() - 1),
                1 + random.nextInt(1 << random.nextInt(31)),
                random.nextInt(1 << random.nextInt(31)),
                1 + random.nextInt(1 << random.nextInt(31)),
                positive());
    }

    private Grant grant() {
        StringBuilder role = new StringBuilder("r");
        text().codePoints().filter(c -> c >= ' ').limit(100).forEach(role::appendCodePoint);
        return new Grant(role.toString(), random.nextInt(1 << random.nextInt(31)), positive());
    }

    private long positive() {
        return 1 + (anyLong() >>> 1) / 2;
    }

    private long anyLong() {
        return random.nextInt(8) == 0 ? 0 : random.nextLong() >> random.nextInt(64);
    }

    private int anyInt() {
        return random.nextInt(8) == 0 ? 0 : random.nextInt() >> random.nextInt(32);
    }

    private Payload payload() {
        return Payload.ofBytes(bytes());
    }

    private Buffer bytes() {
        byte[] bytes = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
        random.nextBytes(bytes);
        return Buffer.buffer(bytes);
    }

    private Set<String> texts() {
        Set<String> texts = new LinkedHashSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            texts.add(text());
        }
        return texts;
    }

    private Map<String, String> headers() {
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = Math.max(0, random.nextInt(6) - 2); i > 0; i--) {
            texts.put(text(), text());
        }
        return texts;
    }

    private String text() {
        int length = LENGTHS[random.nextInt(random.nextInt(20) == 0 ? LENGTHS.length : 11)];
        boolean plain = random.nextInt(3) > 0;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(CHARACTERS[random.nextInt(plain ? 5 : CHARACTERS.length)]);
        }
        return text.toString();
    }

    private <T> T pick(T[] from) {
        return from[random.nextInt(from.length)];
    }
}
