package io.exchange.channel;

import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.protocol.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * A repeat of which the node that first had the command is asked what became of it. Only what that node surely never got
 * runs here. Confined to the session's loop, but for what the question's path calls: that is on the loop of the link.
 */
final class AskedElsewhere implements PendingCommand.Owner {

    private final Questions questions;
    private final int number;
    private final @Nullable String orderKey;
    private Frame.Command repeat;
    private long leftNanos;
    private boolean left;
    private @Nullable PendingCommand question;
    private @Nullable Session link;
    private boolean cancelled;

    /**
     * @param number of all questions of the session, from 1
     * @param leftNanos when the repeat would have come if nothing had held it up
     */
    AskedElsewhere(Questions questions, int number, Frame.Command repeat, long leftNanos) {
        this.questions = questions;
        this.number = number;
        this.orderKey = repeat.orderKey();
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
        Frame.Command bare = (Frame.Command) Payloads.with(repeat, Payload.EMPTY); // it does not run there
        PendingCommand asked = new PendingCommand(bare, sameSession, delayNanos, nowNanos, this);
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

    int number() {
        return number;
    }

    @Nullable
    String orderKey() {
        return orderKey;
    }

    /** The repeat that waits for the answer. */
    Frame.Command repeat() {
        return repeat;
    }

    /** When that would have come if nothing had held it up. */
    long leftNanos() {
        return leftNanos;
    }

    void answerTo(Frame.Command newest, long newestLeftNanos) {
        repeat = newest;
        leftNanos = newestLeftNanos;
        left = false;
    }

    /** The channel of the repeat is lost: it comes again by the next one, or its sender has given it up. */
    void leave() {
        left = true;
    }

    boolean isLeft() {
        return left;
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
            questions.execute(() -> questions.neverCame(this));
        }
        return true;
    }
}
