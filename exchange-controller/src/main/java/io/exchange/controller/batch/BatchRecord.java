package io.exchange.controller.batch;

import io.exchange.controller.BatchState;
import java.util.List;

/**
 * All that is kept of a batch but what its commands carry.
 *
 * @param id its id
 * @param key its key
 * @param plan how it is run
 * @param claim who runs it
 * @param cancelRequested whether somebody wants it to end
 * @param createdAt the cluster time in milliseconds when it was accepted
 * @param endedAt the cluster time when it ended, {@link #NOT_ENDED} before
 * @param version counts the changes
 * @param items its commands, in their order
 */
public record BatchRecord(
        String id,
        String key,
        BatchPlan plan,
        Claim claim,
        boolean cancelRequested,
        long createdAt,
        long endedAt,
        long version,
        List<BatchItem> items) {

    /** Of a batch that has not ended. */
    public static final long NOT_ENDED = Long.MAX_VALUE;

    /** Copies. */
    public BatchRecord {
        items = List.copyOf(items);
    }

    BatchRecord withVersion(long newVersion) {
        return new BatchRecord(id, key, plan, claim, cancelRequested, createdAt, endedAt, newVersion, items);
    }

    /**
     * Whether all of its commands have ended.
     *
     * @return whether it is over
     */
    public boolean hasEnded() {
        return endedAt != NOT_ENDED;
    }

    /**
     * Whether it need not be kept any longer.
     *
     * @param now cluster time
     * @return whether its retention is over
     */
    public boolean isForgettable(long now) {
        return hasEnded() && now - endedAt >= plan.retentionMillis();
    }

    /**
     * Where it stands, which follows from its commands.
     *
     * @return its state
     */
    public BatchState state() {
        if (hasEnded()) {
            return end();
        }
        if (items.stream().allMatch(item -> item.state() == BatchState.CREATED)) {
            return BatchState.CREATED;
        }
        boolean waits = items.stream().allMatch(item -> item.state().isEnd() || item.state() == BatchState.PENDING);
        return waits ? BatchState.PENDING : BatchState.IN_PROGRESS;
    }

    private BatchState end() {
        if (items.stream().allMatch(item -> item.state() == BatchState.SUCCEEDED)) {
            return BatchState.SUCCEEDED;
        }
        return cancelRequested ? BatchState.CANCELLED : BatchState.ERROR;
    }
}
