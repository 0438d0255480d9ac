package io.exchange.controller.batch;

import io.exchange.api.Delivery;
import io.exchange.controller.BatchState;
import io.exchange.protocol.Outcome;
import java.util.Optional;

/**
 * One command in the record of a batch.
 *
 * @param commandId its id
 * @param targetId its target
 * @param type the name of its type
 * @param delivery whether an unknown outcome may be followed by another execution
 * @param state where it stands
 * @param attempt the execution that is, was last, or will be begun, from 1
 * @param tries how many outcomes there were
 * @param sessionId the one session that may have got this attempt; empty if none may
 * @param sentAt the cluster time in milliseconds before it was first sent there
 * @param retryAt the cluster time when it is tried again, if it is {@link BatchState#PENDING}
 * @param last the last outcome that was no success
 */
public record BatchItem(
        String commandId,
        String targetId,
        String type,
        Delivery delivery,
        BatchState state,
        int attempt,
        int tries,
        String sessionId,
        long sentAt,
        long retryAt,
        Optional<Outcome> last) {

    /**
     * A command that has not been sent.
     *
     * @param commandId its id
     * @param targetId its target
     * @param type the name of its type
     * @param delivery its delivery
     * @return the item
     */
    public static BatchItem created(String commandId, String targetId, String type, Delivery delivery) {
        return new BatchItem(commandId, targetId, type, delivery, BatchState.CREATED, 1, 0, "", 0, 0, Optional.empty());
    }

    boolean maySend(int attemptToSend) {
        boolean waits = state == BatchState.CREATED || state == BatchState.PENDING || state == BatchState.IN_PROGRESS;
        return waits && attempt == attemptToSend;
    }

    boolean isAnsweredBy(BatchEvent.Answered answer) {
        return !state.isEnd() && attempt == answer.attempt() && tries == answer.tries();
    }

    BatchItem sending(String toSession, long now) {
        long since = toSession.equals(sessionId) ? sentAt : now;
        return new BatchItem(
                commandId, targetId, type, delivery, BatchState.IN_PROGRESS, attempt, tries, toSession, since, 0, last);
    }

    BatchItem ended(BatchState end, Optional<Outcome> outcome, int newTries) {
        return new BatchItem(
                commandId, targetId, type, delivery, end, attempt, newTries, sessionId, sentAt, 0, outcome);
    }

    /** To be tried again, with the session that may have got it. */
    BatchItem repeatedAt(long at, Outcome outcome) {
        return new BatchItem(
                commandId,
                targetId,
                type,
                delivery,
                BatchState.PENDING,
                attempt,
                tries + 1,
                sessionId,
                sentAt,
                at,
                Optional.of(outcome));
    }

    /** To be tried anew, with whoever is there then. */
    BatchItem retriedAt(long at, Outcome outcome) {
        return new BatchItem(
                commandId,
                targetId,
                type,
                delivery,
                BatchState.PENDING,
                attempt + 1,
                tries + 1,
                "",
                0,
                at,
                Optional.of(outcome));
    }
}
