package io.exchange.connector.primary;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/** When the heartbeats of one channel were sent that a grant may still name. Confined to its {@link HeldGrants}. */
final class SentHeartbeats {

    private static final int REMEMBERED = 256;

    private record Sent(long number, long at) {}

    private final Deque<Sent> sent = new ArrayDeque<>();

    void clear() {
        sent.clear();
    }

    void add(long number, long at) {
        if (sent.size() == REMEMBERED) {
            sent.removeFirst();
        }
        sent.addLast(new Sent(number, at));
    }

    /** Answers come in order, so none will name one before this any more. */
    void forgetBefore(long number) {
        while (!sent.isEmpty() && sent.getFirst().number < number) {
            sent.removeFirst();
        }
    }

    OptionalLong sentAt(long number) {
        return sent.stream()
                .filter(one -> one.number == number)
                .mapToLong(Sent::at)
                .findFirst();
    }
}
