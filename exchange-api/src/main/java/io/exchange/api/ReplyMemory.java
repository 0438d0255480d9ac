package io.exchange.api;

import java.time.Duration;

/**
 * How much an end remembers of how the commands of one session ended, so that it answers a repeat and does not run it again.
 * Whichever bound is reached first makes it forget the oldest; a repeat from before that ends {@link Execution#UNKNOWN} and is
 * not run. So it should hold what comes in the time that a connector takes to attach again, the grace of its session at the
 * most. Each end sets its own: it costs that end memory, and the other one what ends unknown.
 *
 * @param maxReplies the most replies of a session
 * @param maxBytes the most bytes of their payloads and texts, and 256 more for each; a value that was never encoded, as
 *     inside one JVM, counts 16 KiB
 * @param maxAge what is older is forgotten when the next command ends
 */
public record ReplyMemory(int maxReplies, long maxBytes, Duration maxAge) {

    /** 4 096 replies, 4 MiB, 5 minutes. */
    public static final ReplyMemory DEFAULT = new ReplyMemory(4096, 4L << 20, Duration.ofMinutes(5));

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if one of the bounds is not positive
     */
    public ReplyMemory {
        if (maxReplies < 1 || maxBytes < 1 || maxAge.isZero() || maxAge.isNegative()) {
            throw new IllegalArgumentException("maxReplies, maxBytes and maxAge must be positive, not " + maxReplies
                    + ", " + maxBytes + " and " + maxAge);
        }
    }
}
