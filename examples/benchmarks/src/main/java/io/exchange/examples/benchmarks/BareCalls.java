package io.exchange.examples.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The payloads that are out on one bare stream: they come back in the order in which they were sent. Confined to its loop. */
final class BareCalls {

    private final Context context = Objects.requireNonNull(Vertx.currentContext());
    private final BareStream stream;
    private final ArrayDeque<Long> sentAtNanos = new ArrayDeque<>();
    private @Nullable Pump pump;
    private @Nullable Tally items;

    BareCalls(BareStream stream) {
        this.stream = stream;
    }

    Context context() {
        return context;
    }

    void send(Pump teller, long sentAt, Buffer payload) {
        pump = teller;
        sentAtNanos.add(sentAt);
        stream.send(payload);
    }

    /** Counts what comes from now on; null for counting no more. */
    void count(@Nullable Tally tally) {
        items = tally;
    }

    /** A payload came back, or an item came. */
    void ended(Buffer payload) {
        if (sentAtNanos.isEmpty()) {
            if (items != null) {
                items.command(0, true);
                items.bytes(payload.length());
            }
        } else if (pump != null) {
            pump.ended(sentAtNanos.poll(), true);
        }
    }
}
