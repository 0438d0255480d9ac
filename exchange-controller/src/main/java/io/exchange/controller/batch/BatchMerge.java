package io.exchange.controller.batch;

import io.exchange.api.Execution;
import io.exchange.controller.BatchState;
import io.exchange.protocol.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Joins the records of one batch from two halves of a cluster. Pure, and the same whichever half is asked. */
public final class BatchMerge {

    private BatchMerge() {}

    /**
     * Joins two records: of each command the one that is further, the newer claim, and whatever either half knows of the end. A batch
     * that has ended before the other one was accepted only has the same id, and is forgotten.
     *
     * @param one the record of one half
     * @param other that of the other
     * @return the record of both
     */
    public static BatchRecord merge(BatchRecord one, BatchRecord other) {
        BatchRecord later = later(one, other);
        long version = Math.max(one.version(), other.version()) + 1;
        if (!isSame(one, other)) {
            return later.withVersion(version);
        }
        List<BatchItem> items = new ArrayList<>(one.items().size());
        int newer = Long.compare(one.claim().epoch(), other.claim().epoch());
        for (int i = 0; i < one.items().size(); i++) {
            BatchItem ofOne = one.items().get(i);
            BatchItem ofOther = other.items().get(i);
            items.add(newer == 0 ? further(ofOne, ofOther) : newer > 0 ? newer(ofOne, ofOther) : newer(ofOther, ofOne));
        }
        boolean over = items.stream().allMatch(item -> item.state().isEnd());
        Claim claim = newer(one.claim(), other.claim());
        return new BatchRecord(
                later.id(),
                later.key(),
                later.plan(),
                over ? claim.released() : claim,
                one.cancelRequested() || other.cancelRequested(),
                later.createdAt(),
                over
                        ? Math.min(one.endedAt(), other.endedAt())
                        : BatchRecord.NOT_ENDED, // or else the next look ends it
                version,
                items);
    }

    private static boolean isSame(BatchRecord one, BatchRecord other) {
        return one.endedAt() >= other.createdAt()
                && other.endedAt() >= one.createdAt()
                && one.items().size() == other.items().size();
    }

    private static BatchRecord later(BatchRecord one, BatchRecord other) {
        int order = Long.compare(one.createdAt(), other.createdAt());
        order = order == 0 ? Integer.compare(one.items().size(), other.items().size()) : order;
        return order >= 0 ? one : other;
    }

    /**
     * Of a batch that was taken over in one half, what the other half's node wrote since counts only where a handler has
     * answered: what it says was not sent may have been by the new one.
     */
    private static BatchItem newer(BatchItem taken, BatchItem left) {
        boolean answered = left.state() == BatchState.SUCCEEDED
                || (left.state() == BatchState.ERROR && left.last().orElse(null) instanceof Outcome.Failed);
        return answered && taken.state() != BatchState.SUCCEEDED ? left : taken;
    }

    private static Claim newer(Claim one, Claim other) {
        if (one.epoch() != other.epoch()) {
            return one.epoch() > other.epoch() ? one : other;
        }
        return one.nodeId().compareTo(other.nodeId()) >= 0 ? one : other;
    }

    /** An end is further than none, and of two that go on the one that may have been sent more often. */
    private static BatchItem further(BatchItem one, BatchItem other) {
        int order = Integer.compare(rank(one), rank(other));
        order = order == 0 ? Integer.compare(one.attempt(), other.attempt()) : order;
        order = order == 0 ? Integer.compare(one.tries(), other.tries()) : order;
        order = order == 0
                ? Boolean.compare(!one.sessionId().isEmpty(), !other.sessionId().isEmpty())
                : order;
        order = order == 0 ? one.state().compareTo(other.state()) : order;
        order = order == 0 ? Integer.compare(doubt(one), doubt(other)) : order;
        order = order == 0 ? one.toString().compareTo(other.toString()) : order;
        return order >= 0 ? one : other;
    }

    /** Once one half does not know whether it ran, both do not. */
    private static int doubt(BatchItem item) {
        Outcome last = item.last().orElse(null);
        if (last instanceof Outcome.Refused refused) {
            return refused.cause().execution() == Execution.UNKNOWN ? 2 : 0;
        }
        return last == null ? 0 : 1;
    }

    private static int rank(BatchItem item) {
        return switch (item.state()) {
            case SUCCEEDED -> 2;
            case ERROR, CANCELLED -> 1;
            default -> 0;
        };
    }
}
