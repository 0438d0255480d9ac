package io.exchange.channel;

import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.exchange.protocol.Payloads;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts large payloads together again. What it holds grows with what has really come, never with what was announced.
 * Confined to the channel's loop.
 */
final class BulkReceiver {

    /** More payloads at a time than any sender of ours starts. */
    private static final int MAX_AT_A_TIME = 16;

    private static final int CREDIT_STEP = BulkSender.WINDOW_BYTES / 4;

    private record Assembly(Frame head, int length, Buffer bytes, long delayNanos, long startNanos) {}

    /**
     * A frame that is complete.
     *
     * @param frame the frame with its payload
     * @param delayNanos how much longer than usual its head was under way, and how long its payload took after that
     */
    record Complete(Frame frame, long delayNanos) {}

    private final Consumer<Frame> connection;
    private final Map<Long, Assembly> assemblies = new HashMap<>(0);
    private long taken;

    BulkReceiver(Consumer<Frame> connection) {
        this.connection = connection;
    }

    /**
     * A payload begins.
     *
     * @param announced what comes
     * @param delayNanos how much longer than usual that was under way
     * @param nowNanos now
     * @return what is wrong with it, if the protocol is broken
     */
    Optional<String> begin(Frame.Fragmented announced, long delayNanos, long nowNanos) {
        if (assemblies.size() >= MAX_AT_A_TIME) {
            return Optional.of("more than " + MAX_AT_A_TIME + " large payloads at a time");
        }
        Assembly assembly = new Assembly(announced.head(), announced.length(), Buffer.buffer(), delayNanos, nowNanos);
        return assemblies.putIfAbsent(announced.fragments(), assembly) == null
                ? Optional.empty()
                : Optional.of("two payloads with number " + announced.fragments());
    }

    /**
     * A piece came.
     *
     * @param piece the piece
     * @param nowNanos now
     * @return the frame with its payload, once that is complete
     * @throws IllegalArgumentException if more came than was announced
     */
    Optional<Complete> take(Frame.Fragment piece, long nowNanos) {
        credit(piece.bytes().length());
        Assembly assembly = assemblies.get(piece.fragments());
        if (assembly == null) {
            return Optional.empty(); // it was refused at its beginning
        }
        if (piece.bytes().length() == 0) {
            assemblies.remove(piece.fragments());
            return Optional.empty();
        }
        assembly.bytes.appendBuffer(piece.bytes());
        if (assembly.bytes.length() > assembly.length) {
            throw new IllegalArgumentException("a payload is longer than announced");
        }
        if (assembly.bytes.length() < assembly.length) {
            return Optional.empty();
        }
        assemblies.remove(piece.fragments());
        Frame whole = Payloads.with(assembly.head, Payload.ofBytes(assembly.bytes));
        return Optional.of(new Complete(whole, assembly.delayNanos + nowNanos - assembly.startNanos));
    }

    /** Whether no payload is on its way. */
    boolean isIdle() {
        return assemblies.isEmpty();
    }

    private void credit(int bytes) {
        taken += bytes;
        if (taken >= CREDIT_STEP) {
            connection.accept(new Frame.FragmentCredit(taken));
            taken = 0;
        }
    }
}
