package io.exchange.channel;

import io.exchange.api.ErrorCode;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;

/**
 * A repeat of which the node that first had the command is asked what became of it. Only what that node surely never got
 * runs here. Confined to the loop of the link; what it answers, it answers on the session's loop.
 */
final class AskedElsewhere implements PendingCommand.Owner {

    private final CommandDispatcher dispatcher;
    private final Frame.Command repeat;
    private final long leftNanos;

    /**
     * @param leftNanos when it would have come if nothing had held it up
     */
    private AskedElsewhere(CommandDispatcher dispatcher, Frame.Command repeat, long leftNanos) {
        this.dispatcher = dispatcher;
        this.repeat = repeat;
        this.leftNanos = leftNanos;
    }

    static void ask(
            CommandDispatcher dispatcher, Elsewhere elsewhere, Frame.Command repeat, long delayNanos, long nowNanos) {
        AskedElsewhere asked = new AskedElsewhere(dispatcher, repeat, nowNanos - delayNanos);
        Session link = elsewhere.linkTo(repeat.origin()).orElse(null);
        if (link == null) {
            asked.answer(gone());
            return;
        }
        PendingCommand question = new PendingCommand(repeat, elsewhere.sameSession(), delayNanos, nowNanos, asked);
        question.isQuestion();
        question.onward(elsewhere.sameSession());
        link.submit(question);
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
            dispatcher.execute(() -> dispatcher.neverCame(repeat, leftNanos));
        }
        return true;
    }

    private void answer(Outcome outcome) {
        dispatcher.execute(() -> dispatcher.ended(repeat, outcome));
    }
}
