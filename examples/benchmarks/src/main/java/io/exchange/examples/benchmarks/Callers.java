package io.exchange.examples.benchmarks;

import io.exchange.api.ExchangeException;
import io.exchange.controller.ExchangeController;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * Callers that each send numbered commands to all targets in turn, one at a time, until they are told to stop. What they count
 * is confined to their loop.
 */
final class Callers {

    private final Context loop;
    private final ExchangeController controller;
    private final Map<String, Integer> failures = new TreeMap<>();
    private final Promise<Void> ended = Promise.promise();
    private int targets;
    private long sent;
    private int open;
    private long longestNanos;
    private boolean stopped;

    Callers(Vertx vertx, ExchangeController controller) {
        this.loop = vertx.getOrCreateContext();
        this.controller = controller;
    }

    /** So many callers start. */
    void start(int callers, int targetCount) {
        loop.runOnContext(start -> {
            targets = targetCount;
            for (int i = 0; i < callers; i++) {
                open++;
                next();
            }
        });
    }

    private void next() {
        long number = sent++;
        long sentAt = System.nanoTime();
        Buffer payload = Buffer.buffer().appendLong(number);
        controller
                .send(Commands.target(number % targets), Commands.COUNTED.command(payload))
                .onComplete(reply -> ended(sentAt), failure -> failed(sentAt, failure));
    }

    private void failed(long sentAt, Throwable failure) {
        String code = failure instanceof ExchangeException exception
                ? exception.code() + " " + exception.execution()
                : failure.getClass().getSimpleName();
        failures.merge(code, 1, Integer::sum);
        ended(sentAt);
    }

    private void ended(long sentAt) {
        longestNanos = Math.max(longestNanos, System.nanoTime() - sentAt);
        if (stopped) {
            open--;
            if (open == 0) {
                ended.complete();
            }
        } else {
            loop.runOnContext(again -> next());
        }
    }

    /** Tells what was counted, when all have stopped. */
    JsonObject stop() throws Exception {
        loop.runOnContext(stop -> stopped = true);
        Role.await(ended.future());
        JsonObject failed = new JsonObject();
        failures.forEach(failed::put);
        return new JsonObject()
                .put("commands", sent)
                .put("failures", failed)
                .put("longest_ms", longestNanos / 1_000_000);
    }
}
