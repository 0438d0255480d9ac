package io.exchange.channel;

import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A repeat of which the node that first had the command is asked what became of it. Only what that node surely never got
 * runs here. Confined to the session's loop, but for what the question's path calls: that is on the loop of the link.
 */
final class AskedElsewhere implements PendingCommand.Owner {

    private final Questions questions;
    private final long leftNanos;
    private Frame.Command repeat;
    private @Nullable PendingCommand question;
    private @Nullable Session link;
    private boolean cancelled;

    /**
     * @param leftNanos when it would have come if nothing had held it up
     */
    AskedElsewhere(Questions questions, Frame.Command repeat, long leftNanos) {
        this.questions = questions;
        this.repeat = repeat;
        this.leftNanos = leftNanos;
    }

    void ask(Elsewhere elsewhere, long attachNumber, long delayNanos, long nowNanos) {
        Session found = elsewhere.linkTo(repeat.origin()).orElse(null);
        if (found == null) {
            questions.cannotBeKnown(this);
            return;
        }
        Frame.Onward sameSession = elsewhere.sameSession(attachNumber);
        PendingCommand asked = new PendingCommand(repeat, sameSession, delayNanos, nowNanos, this);
        asked.isQuestion();
        asked.onward(sameSession);
        question = asked;
        link = found;
        found.submit(asked);
    }

    String key() {
        return RunningCommand.key(repeat);
    }

    boolean isAbout(String id) {
        return repeat.id().equals(id);
    }

    /** The repeat that waits for the answer. */
    Frame.Command repeat() {
        return repeat;
    }

    void answerTo(Frame.Command newest) {
        repeat = newest;
    }

    /** The handler at the other node, if it runs, is told; and if it does not, nothing starts here. */
    void cancel() {
        cancelled = true;
        if (question != null && link != null) {
            question.cancel(link.loop(), () -> {});
        }
    }

    boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void ended(PendingCommand command, Outcome outcome) {
        if (command.wasSent()) {
            questions.execute(() -> questions.ended(this, outcome));
        } else { // one that could not be asked may have run it
            questions.execute(() -> questions.cannotBeKnown(this));
        }
    }

    @Override
    public boolean takesBack(PendingCommand command) {
        if (command.wasSent()) {
            questions.execute(() -> questions.cannotBeKnown(this));
        } else {
            questions.execute(() -> questions.neverCame(this, leftNanos));
        }
        return true;
    }
}
