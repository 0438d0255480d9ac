package io.exchange.channel;

import io.exchange.api.ErrorCode;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The repeats of which other nodes are asked at the moment what became of them. Confined to the session's loop. */
final class Questions {

    private final CommandDispatcher dispatcher;
    private final Elsewhere elsewhere;
    private final Map<String, AskedElsewhere> open = new HashMap<>(2);

    Questions(CommandDispatcher dispatcher, Elsewhere elsewhere) {
        this.dispatcher = dispatcher;
        this.elsewhere = elsewhere;
    }

    int size() {
        return open.size();
    }

    /** Asks the node that first had a command, unless it is being asked: then the answer goes to this repeat. */
    void ask(Frame.Command repeat, long delayNanos, long nowNanos) {
        AskedElsewhere asked = open.get(RunningCommand.key(repeat));
        if (asked == null) {
            AskedElsewhere question = new AskedElsewhere(this, repeat, nowNanos - delayNanos);
            open.put(question.key(), question);
            question.ask(elsewhere, dispatcher.attachNumber(), delayNanos, nowNanos);
        } else {
            asked.answerTo(repeat);
        }
    }

    /** Nobody waits for a command any more: passes that on to the nodes that are asked; whether there are any. */
    boolean cancel(String id) {
        List<AskedElsewhere> asked =
                open.values().stream().filter(question -> question.isAbout(id)).toList();
        asked.forEach(AskedElsewhere::cancel);
        return !asked.isEmpty();
    }

    void execute(Runnable task) {
        dispatcher.execute(task);
    }

    /** The node that was asked never got the command: it runs here, unless it does already or nobody wants it any more. */
    void neverCame(AskedElsewhere question, long leftNanos) {
        if (close(question)) {
            return;
        }
        if (question.isCancelled()) {
            dispatcher.reply(
                    question.repeat(),
                    new Outcome.Refused(ErrorCode.CANCELLED.notExecuted("cancelled before it was started")));
        } else {
            dispatcher.neverCame(question.repeat(), leftNanos);
        }
        dispatcher.mayBeIdle();
    }

    /** The node that first had a command cannot say what became of it. */
    void cannotBeKnown(AskedElsewhere question) {
        if (!close(question)) {
            dispatcher.cannotBeKnown(question.repeat());
            dispatcher.mayBeIdle();
        }
    }

    /** The node that was asked says how it ended. */
    void ended(AskedElsewhere question, Outcome outcome) {
        if (!close(question)) {
            dispatcher.reply(question.repeat(), outcome);
            dispatcher.mayBeIdle();
        }
    }

    /** Whether the command has come here meanwhile and is answered from here. */
    private boolean close(AskedElsewhere question) {
        open.remove(question.key(), question);
        return dispatcher.isKnown(question.repeat(), true);
    }
}
