package io.exchange.examples.benchmarks;

import io.exchange.controller.ExchangeController;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

/** Keeps large payloads going to and fro on one channel, without a pause. Confined to one event loop. */
final class BulkPump {

    static final int PAYLOAD_BYTES = 16 << 20;

    private static final int IN_FLIGHT = 2;

    /** What came through, counted there and back, and how many payloads did not. */
    record Through(long bytes, long failed) {}

    private final Context loop;
    private final ExchangeController controller;
    private final Buffer payload = Commands.bytes(PAYLOAD_BYTES);
    private final Promise<Through> stopped = Promise.promise();
    private boolean stopping;
    private int open;
    private long bytes;
    private long bytesInTime;
    private long failed;

    private BulkPump(Context loop, ExchangeController controller) {
        this.loop = loop;
        this.controller = controller;
    }

    static BulkPump start(Context loop, ExchangeController controller) {
        BulkPump pump = new BulkPump(loop, controller);
        loop.runOnContext(start -> {
            while (pump.open < IN_FLIGHT) {
                pump.open++;
                pump.next();
            }
        });
        return pump;
    }

    private void next() {
        controller.send(Commands.target(0), Commands.ECHO.command(payload)).onComplete(reply -> {
            if (reply.succeeded()) {
                bytes += 2L * PAYLOAD_BYTES;
            } else {
                failed++;
            }
            if (!stopping) {
                loop.runOnContext(again -> next());
            } else if (--open == 0) {
                stopped.complete(new Through(bytesInTime, failed));
            }
        });
    }

    /** Ends it; what came through is counted up to now. */
    Future<Through> stop() {
        loop.runOnContext(stop -> {
            stopping = true;
            bytesInTime = bytes;
        });
        return stopped.future();
    }
}
