package io.exchange.channel;

import io.exchange.protocol.Frame;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Items on their way over a link to the caller, in order. An embedded connector hands them over as values that nobody has
 * measured, so they wait here until the caller has given credit for the bytes that they become on the link; how many there are,
 * its credit in items bounds. What was measured where it was written never waits. Confined to the link's loop.
 */
final class HeldItems {

    private final ArrayDeque<Frame.Item> waiting = new ArrayDeque<>(0);
    private long byteCredit;
    private boolean dropped;

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void add(Frame.Item item) {
        if (!dropped) {
            waiting.add(item);
        }
    }

    /** The caller can take more. */
    void credit(long bytes) {
        byteCredit += bytes;
    }

    /** Takes the next item that may go, if there is one; the last that the credit allows may be larger than what is left of it. */
    Frame.@Nullable Item take() {
        Frame.Item next = waiting.peek();
        boolean mayGo = next != null && (next.last() || byteCredit > 0);
        return mayGo ? waiting.remove() : null;
    }

    /** An item has been encoded for the link. */
    void spend(Frame.Item encoded) {
        byteCredit -= Math.max(0, encoded.payload().knownLength());
    }

    /** Nobody reads any more: neither what waits goes nor what still comes. */
    void drop() {
        dropped = true;
        waiting.clear();
    }
}
