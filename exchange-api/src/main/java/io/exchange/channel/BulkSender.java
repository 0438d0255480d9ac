package io.exchange.channel;

import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.exchange.protocol.Payloads;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Sends large payloads as fragments, a few payloads at a time in turn, and never more at once than the other end has room
 * for, so that every other frame overtakes them. Confined to the channel's loop.
 */
final class BulkSender {

    /** A payload above this travels in fragments of this. */
    static final int FRAGMENT_BYTES = 64 << 10;

    /** Bulk bytes on the way at a time. */
    static final int WINDOW_BYTES = 256 << 10;

    /** Payloads that take turns; the others wait. */
    private static final int IN_TURN = 4;

    private static final class Transfer {
        final Frame frame;
        final Buffer bytes;
        final long number;
        final Runnable sent;
        int position;

        Transfer(Frame frame, long number, Runnable sent) {
            this.frame = frame;
            this.bytes = Payloads.of(frame).bytes();
            this.number = number;
            this.sent = sent;
        }
    }

    private final Consumer<Frame> connection;
    private final Loop loop;
    private final ArrayDeque<Transfer> inTurn = new ArrayDeque<>(0);
    private final ArrayDeque<Transfer> waiting = new ArrayDeque<>(0);
    private long numbers;
    private long room = WINDOW_BYTES;
    private long lastProgressNanos;

    BulkSender(Consumer<Frame> connection, Loop loop) {
        this.connection = connection;
        this.loop = loop;
    }

    static boolean isLarge(Payload payload) {
        return payload.knownLength() > FRAGMENT_BYTES;
    }

    /**
     * Sends a frame with a large payload.
     *
     * @param frame the frame
     * @param sent called when its last fragment has been sent
     */
    void send(Frame frame, Runnable sent) {
        if (inTurn.isEmpty()) {
            lastProgressNanos = loop.nanoTime();
        }
        numbers++;
        waiting.add(new Transfer(frame, numbers, sent));
        proceed();
    }

    /** The other end has taken bytes in. */
    void credit(long bytes) {
        room = Math.min(WINDOW_BYTES, room + Math.max(0, bytes));
        lastProgressNanos = loop.nanoTime();
        proceed();
    }

    /**
     * Sends no more of the payload of a command that nobody wants any more.
     *
     * @return whether some of it had not been sent, so that the command cannot have come
     */
    boolean giveUp(String commandId) {
        if (waiting.removeIf(transfer -> belongsTo(transfer, commandId))) {
            return true;
        }
        for (Transfer transfer : inTurn) {
            if (belongsTo(transfer, commandId)) {
                connection.accept(new Frame.Fragment(transfer.number, Buffer.buffer(0)));
            }
        }
        boolean cutOff = inTurn.removeIf(transfer -> belongsTo(transfer, commandId));
        proceed();
        return cutOff;
    }

    private static boolean belongsTo(Transfer transfer, String commandId) {
        return transfer.frame instanceof Frame.Command command && command.id().equals(commandId);
    }

    /** Whether a payload would wait behind so much that with it there would be more than this. */
    boolean isBehind(int length, long mostBytes) {
        long unsent = 0;
        for (Transfer transfer : inTurn) {
            unsent += transfer.bytes.length() - transfer.position;
        }
        for (Transfer transfer : waiting) {
            unsent += transfer.bytes.length();
        }
        return unsent > 0 && unsent + length > mostBytes;
    }

    /** Whether all of every payload has been sent. */
    boolean isIdle() {
        return inTurn.isEmpty() && waiting.isEmpty();
    }

    /** Whether payloads wait although the other end has had this long to take some in. */
    boolean isStalled(long nowNanos, long patienceNanos) {
        return !inTurn.isEmpty() && nowNanos - lastProgressNanos > patienceNanos;
    }

    private void proceed() {
        while (room > 0 && takeTurns()) {
            Transfer transfer = inTurn.remove();
            int length = (int) Math.min(Math.min(FRAGMENT_BYTES, room), transfer.bytes.length() - transfer.position);
            int end = transfer.position + length;
            connection.accept(new Frame.Fragment(transfer.number, transfer.bytes.slice(transfer.position, end)));
            transfer.position = end;
            room -= length;
            if (end < transfer.bytes.length()) {
                inTurn.add(transfer);
            } else {
                transfer.sent.run();
            }
        }
    }

    private boolean takeTurns() {
        while (inTurn.size() < IN_TURN && !waiting.isEmpty()) {
            Transfer next = waiting.remove();
            Frame head = Payloads.with(next.frame, Payload.EMPTY);
            connection.accept(new Frame.Fragmented(head, next.number, next.bytes.length()));
            inTurn.add(next);
        }
        return !inTurn.isEmpty();
    }
}
