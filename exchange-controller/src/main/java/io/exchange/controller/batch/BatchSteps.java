package io.exchange.controller.batch;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.controller.BatchState;
import io.exchange.protocol.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The step from one record of a batch to the next. Pure: the same record, claim and events give the same record on every
 * node, and no clock is read.
 *
 * <p>What it guarantees, as long as each record is made from the one before it: a command that has ended stays as it is; an
 * attempt names one session once it may have been sent; nothing is sent after the batch was given up; only the node that
 * holds the claim changes what becomes of commands.
 */
public final class BatchSteps {

    private final BatchRecord before;
    private final List<BatchItem> items;
    private Claim claim;
    private boolean cancelRequested;
    private int failures;
    private boolean givenUp;

    private BatchSteps(BatchRecord before) {
        this.before = before;
        this.items = new ArrayList<>(before.items());
        this.claim = before.claim();
        this.cancelRequested = before.cancelRequested();
        this.failures = (int)
                items.stream().filter(item -> item.state() == BatchState.ERROR).count();
    }

    /**
     * Applies events, all or none.
     *
     * @param record the record as it is
     * @param by the claim of who submits them; {@link Claim#NONE} for those that anybody may submit
     * @param events what happened, in order
     * @return the next record, the same one if nothing came of it; empty if somebody else holds the claim
     */
    public static Optional<BatchRecord> apply(BatchRecord record, Claim by, List<BatchEvent> events) {
        if (by.isHeld() && !by.equals(record.claim())) {
            return Optional.empty();
        }
        if (record.hasEnded()) {
            return Optional.of(record);
        }
        BatchSteps steps = new BatchSteps(record);
        for (BatchEvent event : events) {
            steps.giveUpIfDue(event.now()); // two halves may have been joined, of which only one knew
            steps.apply(event);
            steps.giveUpIfDue(event.now());
        }
        return Optional.of(steps.finish(events.get(events.size() - 1).now()));
    }

    private void apply(BatchEvent event) {
        if (event instanceof BatchEvent.Taken taken) {
            claim = taken.from().equals(claim) ? claim.takenBy(taken.nodeId()) : claim;
        } else if (event instanceof BatchEvent.Released) {
            claim = claim.released();
        } else if (event instanceof BatchEvent.CancelRequested) {
            cancelRequested = true;
        } else if (event instanceof BatchEvent.Sending sending) {
            send(sending);
        } else if (event instanceof BatchEvent.Answered answered) {
            answer(answered);
        }
    }

    private void send(BatchEvent.Sending sending) {
        BatchItem item = items.get(sending.index());
        if (item.maySend(sending.attempt())) {
            items.set(sending.index(), item.sending(sending.sessionId(), sending.now()));
        }
    }

    private void answer(BatchEvent.Answered answered) {
        BatchItem item = items.get(answered.index());
        if (item.isAnsweredBy(answered)) {
            BatchItem after = new Ending(before.plan().retries(), isGivenUp(answered.now())).after(item, answered);
            items.set(answered.index(), after);
            failures += after.state() == BatchState.ERROR ? 1 : 0;
        }
    }

    private boolean isGivenUp(long now) {
        return cancelRequested
                || failures > before.plan().maxFailures()
                || now >= before.plan().deadline();
    }

    /** Ends what waits to be sent; what may have been sent has its outcome to come. */
    private void giveUpIfDue(long now) {
        if (givenUp || !isGivenUp(now)) {
            return;
        }
        givenUp = true; // nothing waits any more, and nothing will
        boolean late = !cancelRequested && now >= before.plan().deadline();
        for (int i = 0; i < items.size(); i++) {
            BatchItem item = items.get(i);
            if (item.state() == BatchState.CREATED || item.state() == BatchState.PENDING) {
                items.set(i, givenUp(item, late));
            }
        }
    }

    private BatchItem givenUp(BatchItem item, boolean late) {
        ErrorCode code = late ? ErrorCode.TIMEOUT : ErrorCode.CANCELLED;
        String why = late
                ? "the deadline of the batch passed"
                : cancelRequested ? "the batch was cancelled" : "too many commands of the batch had failed";
        boolean unknown = !item.sessionId().isEmpty();
        ExchangeException said = unknown ? code.unknown(why) : code.notExecuted(why);
        Outcome outcome = item.last().orElse(new Outcome.Refused(said));
        failures += late ? 1 : 0;
        return item.ended(late ? BatchState.ERROR : BatchState.CANCELLED, Optional.of(outcome), item.tries());
    }

    private BatchRecord finish(long now) {
        boolean over = items.stream().allMatch(item -> item.state().isEnd());
        boolean changed = over
                || !claim.equals(before.claim())
                || cancelRequested != before.cancelRequested()
                || !items.equals(before.items());
        if (!changed) {
            return before;
        }
        return new BatchRecord(
                before.id(),
                before.key(),
                before.plan(),
                over ? claim.released() : claim,
                cancelRequested,
                before.createdAt(),
                over ? now : BatchRecord.NOT_ENDED,
                before.version() + 1,
                items);
    }
}
