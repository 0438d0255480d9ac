package io.exchange.channel;

import io.exchange.api.ErrorCode;
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

    void ask(Elsewhere elsewhere, long delayNanos, long nowNanos) {
        Session found = elsewhere.linkTo(repeat.origin()).orElse(null);
        if (found == null) {
            questions.ended(this, gone());
            return;
        }
        PendingCommand asked = new PendingCommand(repeat, elsewhere.sameSession(), delayNanos, nowNanos, this);
        asked.isQuestion();
        asked.onward(elsewhere.sameSession());
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

    private static Outcome gone() {
        return new Outcome.Refused(ErrorCode.CHANNEL_CLOSED.unknown(
                "the node that first had the command cannot be asked what became of it"));
    }

    @Override
    public void ended(PendingCommand command, Outcome outcome) {
        answer(command.wasSent() ? outcome : gone()); // one that could not be asked may have run it
    }

    @Override
    public boolean takesBack(PendingCommand command) {
        if (command.wasSent()) {
            answer(gone());
        } else {
            questions.execute(() -> questions.neverCame(this, leftNanos));
        }
        return true;
    }

    private void answer(Outcome outcome) {
        questions.execute(() -> questions.ended(this, outcome));
    }
}
