package io.exchange.grpc;

import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Frames to bytes and back, a hundred of them in one envelope, as they go under load. In the package of the codec, which
 * nobody else may see.
 */
@State(Scope.Thread)
public class FrameCodecBenchmark {

    private static final int FRAMES = 100;
    private static final Payload PAYLOAD = Payload.ofBytes(Buffer.buffer(new byte[100]));

    private final Frame command = new Frame.Command(
            "1h7c2k9-42",
            1,
            "",
            "deploy.v1",
            Map.of(),
            TimeUnit.SECONDS.toNanos(30),
            Frame.NOT_REPEATED,
            1,
            null,
            null,
            Frame.Items.NONE,
            PAYLOAD);
    private final Frame reply = new Frame.Reply("1h7c2k9-42", 1, "", new Outcome.Succeeded(PAYLOAD));
    private final Cork cork = new Cork(1 << 20);
    private final FrameReader reader = new FrameReader();
    private final byte[] commands = envelope(command).getBytes();
    private final byte[] replies = envelope(reply).getBytes();

    private Buffer envelope(Frame frame) {
        for (int i = 0; i < FRAMES; i++) {
            cork.add(frame);
        }
        return cork.take(1);
    }

    /**
     * Writes commands.
     *
     * @return the envelope
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public Buffer writeCommand() {
        return envelope(command);
    }

    /**
     * Writes replies.
     *
     * @return the envelope
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public Buffer writeReply() {
        return envelope(reply);
    }

    /**
     * Reads commands.
     *
     * @param read takes what was read
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public void readCommand(Blackhole read) {
        read(commands, read);
    }

    /**
     * Reads replies.
     *
     * @param read takes what was read
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public void readReply(Blackhole read) {
        read(replies, read);
    }

    private void read(byte[] envelope, Blackhole read) {
        reader.read(envelope, Cork.PREFIX, envelope.length, (frame, sentAtNanos) -> {
            read.consume(frame);
            return true;
        });
    }
}
