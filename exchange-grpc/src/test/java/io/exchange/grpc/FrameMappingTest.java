package io.exchange.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.exchange.grpc.proto.CloseCode;
import io.exchange.grpc.proto.Envelope;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.exchange.transport.ConnectionListener;
import io.exchange.transport.Frames;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The hand-written mapper against protobuf's own classes, and against nonsense. */
class FrameMappingTest {

    private static final int LIMIT = 1 << 20;
    private static final long SENT_AT = -1_234_567_890_123L;

    private final FrameReader reader = new FrameReader();

    @Property(tries = 2_000)
    void what_we_write_is_to_the_byte_what_protobuf_writes(@ForAll long seed) {
        List<Frame> frames = new RandomFrames(seed).next(3);
        assertThat(write(frames))
                .isEqualTo(ProtoFrames.envelope(SENT_AT, frames).toByteArray());
    }

    @Property(tries = 2_000)
    void what_we_write_protobuf_reads(@ForAll long seed) throws InvalidProtocolBufferException {
        List<Frame> frames = new RandomFrames(seed).next(3);
        assertThat(Envelope.parseFrom(write(frames))).isEqualTo(ProtoFrames.envelope(SENT_AT, frames));
    }

    @Property(tries = 2_000)
    void what_protobuf_writes_we_read(@ForAll long seed) {
        List<Frame> frames = new RandomFrames(seed).next(3);
        byte[] written = ProtoFrames.envelope(SENT_AT, frames).toByteArray();
        assertThat(content(read(written))).isEqualTo(content(frames));
    }

    @Example
    void every_kind_of_frame_keeps_all_its_parts() {
        List<Frame> frames = Frames.ofEveryKind();
        assertThat(content(read(write(frames)))).isEqualTo(content(frames));
    }

    @Example
    void the_time_of_sending_goes_with_every_frame() {
        List<Long> times = new ArrayList<>();
        byte[] two = write(List.of(Frames.numbered(1), Frames.numbered(2)));
        reader.read(two, 0, two.length, (frame, sentAtNanos) -> times.add(sentAtNanos));
        byte[] untimed = Envelope.newBuilder()
                .addFrames(ProtoFrames.of(Frames.numbered(3)))
                .build()
                .toByteArray();
        reader.read(untimed, 0, untimed.length, (frame, sentAtNanos) -> times.add(sentAtNanos));
        assertThat(times).containsExactly(SENT_AT, SENT_AT, ConnectionListener.UNKNOWN_TIME);
    }

    @Example
    void half_a_surrogate_pair_becomes_a_question_mark() {
        for (String broken : List.of("a\uD83D", "\uDE00b", "\uD83Dx", "\uD83D\uD83D\uDE00")) {
            Frame frame = new Frame.Message(broken, Map.of(), Payload.EMPTY);
            String read = ((Frame.Message) read(write(List.of(frame))).get(0)).type();
            assertThat(read)
                    .isEqualTo(new String(
                            broken.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                            java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    @Example
    void an_unknown_number_of_an_error_or_a_reason_is_taken_for_internal() {
        io.exchange.grpc.proto.Frame goodBye = io.exchange.grpc.proto.Frame.newBuilder()
                .setGoodBye(io.exchange.grpc.proto.GoodBye.newBuilder().setCodeValue(4_711))
                .build();
        Frame.GoodBye read = (Frame.GoodBye) read(envelope(goodBye)).get(0);
        assertThat(read.reason().code().number()).isEqualTo(CloseCode.CLOSE_CODE_INTERNAL_VALUE);
    }

    @Property(tries = 300)
    void unknown_fields_are_skipped_wherever_they_are(@ForAll long seed) {
        List<Frame> frames = new RandomFrames(seed).next(3);
        Envelope envelope = ProtoFrames.envelope(SENT_AT, frames);
        Envelope extended = (Envelope) UnknownFields.addedTo(envelope, new Random(seed));
        assertThat(extended.toByteArray().length).isGreaterThan(envelope.toByteArray().length);
        assertThat(content(read(extended.toByteArray()))).isEqualTo(content(frames));
    }

    @Example
    void what_makes_no_sense_is_malformed_and_what_follows_is_still_read() {
        Map<String, byte[]> nonsense = Map.of(
                "is empty", bytes(),
                "not known: field 99", bytes(0x9A, 0x06, 0),
                "wire type", bytes(0x48, 1),
                "field 1 of a heartbeat has wire type 2", bytes(0x4A, 2, 0x0A, 0),
                "a length of 127", bytes(0x4A, 127),
                "ends within a number", bytes(0x4A, 2, 0x08, 0x80),
                "longer than ten bytes", bytes(0x4A, 12, 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1),
                "is not UTF-8", bytes(0x2A, 3, 0x0A, 1, 0xC3),
                "no outcome", bytes(0x12, 3, 0x0A, 1, 'a'),
                "the head of a fragmented is field 6", bytes(0x32, 4, 0x0A, 2, 0x32, 0));
        nonsense.forEach((what, frame) -> {
            List<Frame> read = read(framed(frame, new byte[] {0x4A, 2, 0x08, 5}));
            assertThat(read).as(what).hasSize(2);
            if (!what.equals("wire type")) {
                assertThat(((Frame.Malformed) read.get(0)).what()).contains(what);
            }
            assertThat(read.get(0)).isInstanceOf(Frame.Malformed.class);
            assertThat(read.get(1)).isEqualTo(Frames.numbered(5));
        });
    }

    @Example
    void grants_limits_and_items_that_cannot_be_are_malformed() {
        io.exchange.grpc.proto.Frame noTerm = io.exchange.grpc.proto.Frame.newBuilder()
                .setGrantedAck(io.exchange.grpc.proto.GrantedAck.newBuilder()
                        .setGrant(io.exchange.grpc.proto.Grant.newBuilder().setRole("primary")))
                .build();
        io.exchange.grpc.proto.Frame noLimits = io.exchange.grpc.proto.Frame.newBuilder()
                .setHelloReply(io.exchange.grpc.proto.HelloReply.newBuilder()
                        .setLimits(io.exchange.grpc.proto.Limits.getDefaultInstance()))
                .build();
        io.exchange.grpc.proto.Frame oddItems = io.exchange.grpc.proto.Frame.newBuilder()
                .setCommand(io.exchange.grpc.proto.Command.newBuilder().setItemsValue(4))
                .build();
        for (io.exchange.grpc.proto.Frame frame : List.of(noTerm, noLimits, oddItems)) {
            assertThat(read(envelope(frame))).singleElement().isInstanceOf(Frame.Malformed.class);
        }
    }

    @Property(tries = 20_000)
    void random_bytes_never_throw(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        assertThat(read(bytes).size()).isLessThanOrEqualTo(bytes.length + 1);
    }

    @Property(tries = 20_000)
    void damaged_frames_never_throw(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = write(new RandomFrames(seed).next(2));
        for (int i = random.nextInt(5); i >= 0; i--) {
            bytes[random.nextInt(Math.min(bytes.length, 200))] = (byte) random.nextInt();
        }
        byte[] cut = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
        assertThat(read(cut).size()).isLessThanOrEqualTo(cut.length + 1);
    }

    @Example
    void deeply_nested_heads_are_refused_without_descending() {
        byte[] frame = {0x32, 0};
        for (int depth = 0; depth < 20_000; depth++) {
            frame = nested(0x32, nested(0x0A, frame));
        }
        assertThat(read(framed(frame))).singleElement().isInstanceOf(Frame.Malformed.class);
    }

    @Property(tries = 200)
    void a_small_payload_does_not_keep_what_came_along(@ForAll long seed) {
        Payload small = Frames.bytes(100 + (int) (seed & 0xFF));
        byte[] bytes = write(List.of(
                new Frame.Message("small", Map.of(), small),
                new Frame.Message("large", Map.of(), Frames.bytes(30_000))));
        Frame.Message read = (Frame.Message) read(bytes).get(0);
        Arrays.fill(bytes, (byte) 0);
        assertThat(read.payload().bytes()).isEqualTo(small.bytes());
    }

    @Example
    void a_frame_over_the_limit_is_not_written_and_leaves_the_envelope_as_it_was() {
        Cork cork = new Cork(64 << 10);
        assertThat(cork.add(Frames.sized(65 << 10))).isFalse();
        assertThat(cork.isEmpty()).isTrue();
        assertThat(cork.add(Frames.numbered(1))).isTrue();
        assertThat(cork.add(Frames.sized((64 << 10) - 20))).isFalse();
        assertThat(cork.add(Frames.numbered(2))).isTrue();
        assertThat(read(message(cork))).containsExactly(Frames.numbered(1), Frames.numbered(2));
    }

    private static byte[] write(List<Frame> frames) {
        Cork cork = new Cork(LIMIT);
        frames.forEach(frame -> assertThat(cork.add(frame)).isTrue());
        return message(cork);
    }

    private static byte[] message(Cork cork) {
        Buffer message = cork.take(SENT_AT);
        assertThat(message.getByte(0)).isZero();
        assertThat(message.getInt(1)).isEqualTo(message.length() - Cork.PREFIX);
        return message.getBytes(Cork.PREFIX, message.length());
    }

    private List<Frame> read(byte[] envelope) {
        List<Frame> frames = new ArrayList<>();
        reader.read(envelope, 0, envelope.length, (frame, sentAtNanos) -> frames.add(frame));
        return frames;
    }

    private static List<Object> content(List<Frame> frames) {
        return frames.stream().map(Frames::content).toList();
    }

    private static byte[] envelope(io.exchange.grpc.proto.Frame frame) {
        return Envelope.newBuilder().addFrames(frame).build().toByteArray();
    }

    private static byte[] framed(byte[]... frames) {
        Buffer envelope = Buffer.buffer();
        for (byte[] frame : frames) {
            envelope.appendBytes(nested(0x12, frame));
        }
        return envelope.getBytes();
    }

    private static byte[] nested(int tag, byte[] message) {
        ByteBuffer out = ByteBuffer.allocate(message.length + 6).put((byte) tag);
        int rest = message.length;
        for (; rest > 0x7F; rest >>>= 7) {
            out.put((byte) (rest | 0x80));
        }
        out.put((byte) rest).put(message);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
