package io.exchange.channel;

import io.exchange.api.ExchangeException;
import io.exchange.api.ReplyMemory;
import io.exchange.protocol.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the last commands of a session ended at their handler's side, so that a repeat is answered and not run. Bounded by
 * count, bytes and age; what it no longer holds it knows by time: everything that came since {@link #covers a moment} is here
 * or never came. Confined to the session's loop.
 */
final class RememberedReplies {

    /**
     * A repeat tells its age on its sender's clock, without the time that it or the first leg was on the way; this much
     * is allowed for that, on the side of not running.
     */
    static final long MARGIN_NANOS = Duration.ofSeconds(2).toNanos();

    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    /** More than ever wait on one channel by default. */
    private static final int MOST_UNSTARTED = 4096;

    private static final int PLAIN_BYTES = 256;

    /** What a value counts that was handed over as it is: nobody knows how much it holds. */
    private static final int VALUE_BYTES = 16 << 10;

    private record Entry(String id, Outcome outcome, long cameNanos, long bytes) {}

    private final ReplyMemory bounds;
    private final long maxAgeNanos;
    private final ArrayDeque<Entry> inOrder = new ArrayDeque<>(0);
    /** Made by the first repeat, as there are none unless a channel was lost. */
    private @Nullable Map<String, Entry> index;

    /** Those that were dropped before they started, and have not come again. */
    private @Nullable Set<String> unstarted;

    private long addedSinceFind;
    private long bytes;
    private long coveredSinceNanos;

    /**
     * @param bounds how much it holds
     * @param nowNanos the start of the session here: nothing is known of what came before
     */
    RememberedReplies(ReplyMemory bounds, long nowNanos) {
        this.bounds = bounds;
        maxAgeNanos = bounds.maxAge().compareTo(FOR_EVER) < 0 ? bounds.maxAge().toNanos() : Long.MAX_VALUE;
        coveredSinceNanos = nowNanos;
    }

    /** The start of the session's first process life: nothing can have come before. */
    void coverEverything() {
        coveredSinceNanos = Long.MIN_VALUE;
    }

    Optional<Outcome> find(String id) {
        addedSinceFind = 0;
        @Nullable Entry entry = index().get(id);
        return entry == null ? Optional.empty() : Optional.of(entry.outcome);
    }

    private Map<String, Entry> index() {
        Map<String, Entry> made = index;
        if (made == null) {
            made = new HashMap<>(2 * inOrder.size());
            for (Entry entry : inOrder) {
                made.put(entry.id, entry);
            }
            index = made;
        }
        return made;
    }

    /** Whether a command first sent at this moment of our clock is surely here if it ever came. */
    boolean covers(long firstSentNanos) {
        return coveredSinceNanos == Long.MIN_VALUE || firstSentNanos - MARGIN_NANOS > coveredSinceNanos;
    }

    /** The channel of a command was lost before its turn: when it comes again it has surely not run. */
    void dropped(String id) {
        Set<String> dropped = unstarted;
        if (dropped == null) {
            dropped = new LinkedHashSet<>();
            unstarted = dropped;
        }
        if (dropped.size() >= MOST_UNSTARTED) { // of those some were given up by their sender
            Iterator<String> oldest = dropped.iterator();
            oldest.next();
            oldest.remove();
        }
        dropped.add(id);
    }

    /** Whether a command that is not remembered has never started; asked once, as after that it may. */
    boolean neverStarted(String id, long firstSentNanos) {
        return forgetDropped(id) || covers(firstSentNanos);
    }

    /** From now on a command may start, here or elsewhere; gives whether it had been dropped before. */
    boolean forgetDropped(String id) {
        Set<String> dropped = unstarted;
        if (dropped == null) {
            return false;
        }
        boolean wasDropped = dropped.remove(id);
        if (dropped.isEmpty()) {
            unstarted = null;
        }
        return wasDropped;
    }

    void add(String id, Outcome outcome, long cameNanos) {
        Outcome kept = withoutCause(outcome);
        Entry entry = new Entry(id, kept, cameNanos, PLAIN_BYTES + bytes(kept));
        inOrder.add(entry);
        if (index != null) {
            addedSinceFind++;
            index.put(id, entry);
            if (addedSinceFind > 2L * bounds.maxReplies()) { // nobody asks, and keeping it costs each command
                index = null;
            }
        }
        bytes += entry.bytes;
        while (inOrder.size() > bounds.maxReplies() || bytes > bounds.maxBytes() || isOld(inOrder.peek(), cameNanos)) {
            evict(inOrder.remove());
        }
    }

    private boolean isOld(@Nullable Entry oldest, long nowNanos) {
        return oldest != null && nowNanos - oldest.cameNanos > maxAgeNanos;
    }

    private void evict(Entry entry) {
        if (index != null) {
            index.remove(entry.id, entry);
        }
        bytes -= entry.bytes;
        coveredSinceNanos = Math.max(coveredSinceNanos, entry.cameNanos);
    }

    private static long bytes(Outcome outcome) {
        if (outcome instanceof Outcome.Succeeded succeeded) {
            int length = succeeded.payload().knownLength();
            return length < 0 ? VALUE_BYTES : length;
        }
        if (outcome instanceof Outcome.Failed failed) {
            return OutcomeBounds.length(failed.error());
        }
        return outcome instanceof Outcome.Refused refused
                ? refused.cause().text().length()
                : 0;
    }

    /** What a parser threw may hold on to all that it was given. */
    private static Outcome withoutCause(Outcome outcome) {
        if (!(outcome instanceof Outcome.Refused refused) || refused.cause().getCause() == null) {
            return outcome;
        }
        ExchangeException cause = refused.cause();
        ExchangeException bare = ExchangeException.of(cause.code(), cause.execution(), cause.text());
        return new Outcome.Refused(cause.retryAfter().map(bare::withRetryAfter).orElse(bare));
    }
}
