package io.exchange.examples.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** A pump on an event loop: whoever ends a command causes the next one. Confined to that loop. */
final class LoopPump implements Pump {

    private final Context context;
    private final Sender sender;
    private final int inFlight;
    private final Promise<Slice> finished = Promise.promise();
    private @Nullable Tally tally;
    private @Nullable Slice slice;
    private long sent;
    private int open;

    private LoopPump(Context context, Sender sender, int inFlight) {
        this.context = context;
        this.sender = sender;
        this.inFlight = inFlight;
    }

    /** Runs a slice; completes when nothing is in flight any more. May be called from any thread. */
    static Future<Slice> run(Context context, Sender sender, int inFlight, long millis) {
        LoopPump pump = new LoopPump(context, sender, inFlight);
        context.runOnContext(start -> pump.start(millis));
        return pump.finished.future();
    }

    private void start(long millis) {
        tally = new Tally();
        context.owner().setTimer(millis, over -> stop());
        for (int i = 0; i < inFlight; i++) {
            open++;
            next();
        }
    }

    private void next() {
        long number = sent++;
        sender.send(this, number, Pump.stamp(number, inFlight));
    }

    @Override
    public void ended(long sentAtNanos, boolean succeeded) {
        Tally running = tally;
        if (running == null) {
            open--;
            finishIfDone();
        } else {
            running.command(sentAtNanos, succeeded);
            if (succeeded) {
                next();
            } else {
                context.runOnContext(again -> next()); // what fails at once would end in a deep recursion
            }
        }
    }

    private void stop() {
        Tally running = tally;
        if (running != null) {
            slice = running.finish();
            tally = null;
        }
    }

    private void finishIfDone() {
        if (open == 0) {
            finished.tryComplete(slice);
        }
    }
}
