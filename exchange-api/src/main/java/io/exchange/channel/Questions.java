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
    private final StartOrder order;
    private final Map<String, AskedElsewhere> open = new HashMap<>(2);

    Questions(CommandDispatcher dispatcher, Elsewhere elsewhere, StartOrder order) {
        this.dispatcher = dispatcher;
        this.elsewhere = elsewhere;
        this.order = order;
    }

    int size() {
        return open.size();
    }

    /** Asks the node that first had a command, unless it is being asked: then the answer goes to this repeat. */
    void ask(Frame.Command repeat, long delayNanos, long nowNanos) {
        AskedElsewhere asked = open.get(RunningCommand.key(repeat));
        if (asked == null && dispatcher.isFull()) {
            String message = "another node is asked about " + open.size() + " commands";
            dispatcher.reply(repeat, new Outcome.Refused(PendingCommand.unknown(Refusals.exhausted(message))));
        } else if (asked == null) {
            int number = order.asks(repeat.orderKey());
            AskedElsewhere question = new AskedElsewhere(this, number, repeat, nowNanos - delayNanos);
            open.put(question.key(), question);
            question.ask(elsewhere, dispatcher.attachNumber(), delayNanos, nowNanos);
        } else {
            asked.answerTo(repeat, nowNanos - delayNanos);
        }
    }

    /** Nobody waits for a command any more: passes that on to the nodes that are asked; whether there are any. */
    boolean cancel(String id) {
        List<AskedElsewhere> asked =
                open.values().stream().filter(question -> question.isAbout(id)).toList();
        asked.forEach(AskedElsewhere::cancel);
        return !asked.isEmpty();
    }

    /** The channel is lost. What was asked is not asked again, and holds back what may come after it by the next channel. */
    void suspend() {
        open.values().forEach(AskedElsewhere::leave);
    }

    void execute(Runnable task) {
        dispatcher.execute(task);
    }

    /** The node that was asked never got the command: it runs here, unless it does already or nobody wants it any more. */
    void neverCame(AskedElsewhere question) {
        close(question, () -> {
            if (question.isCancelled()) {
                dispatcher.reply(
                        question.repeat(),
                        new Outcome.Refused(ErrorCode.CANCELLED.notExecuted("cancelled before it was started")));
            } else {
                dispatcher.neverCame(question);
            }
        });
    }

    /** The node that first had a command cannot say what became of it. */
    void cannotBeKnown(AskedElsewhere question) {
        close(question, () -> dispatcher.cannotBeKnown(question.repeat()));
    }

    /** The node that was asked says how it ended. */
    void ended(AskedElsewhere question, Outcome outcome) {
        close(question, () -> dispatcher.reply(question.repeat(), outcome));
    }

    /** The answer counts unless the command has come here meanwhile, and so is answered from here. */
    private void close(AskedElsewhere question, Runnable answered) {
        open.remove(question.key(), question);
        order.answered(question.orderKey(), question.number());
        if (!dispatcher.isKnown(question.repeat(), true)) {
            answered.run();
        }
        dispatcher.questionEnded();
    }
}
