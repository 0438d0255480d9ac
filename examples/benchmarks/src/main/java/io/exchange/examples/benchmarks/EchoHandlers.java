package io.exchange.examples.benchmarks;

import io.exchange.api.StreamContext;
import io.exchange.connector.ExchangeConnector;
import io.exchange.examples.benchmarks.Commands.ItemSize;
import io.exchange.examples.benchmarks.Commands.Written;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;

/** What every connector here answers. */
final class EchoHandlers {

    private EchoHandlers() {}

    static void register(ExchangeConnector connector) {
        connector.handle(Commands.ECHO, (bytes, context) -> Future.succeededFuture(bytes));
        connector.handle(Commands.ECHO_JSON, (text, context) -> Future.succeededFuture(text));
        connector.handle(Commands.ITEMS, EchoHandlers::write);
    }

    private static Future<Written> write(ItemSize size, StreamContext<Void, Buffer> context) {
        ItemWriter writer = new ItemWriter(context.down(), Commands.bytes(size.bytes()));
        context.onCancel(writer::stop);
        return writer.start();
    }

    /** Writes as fast as it may. Confined to the loop of its channel. */
    private static final class ItemWriter {
        private final WriteStream<Buffer> down;
        private final Buffer item;
        private final Promise<Written> written = Promise.promise();
        private long count;
        private boolean stopped;

        ItemWriter(WriteStream<Buffer> down, Buffer item) {
            this.down = down;
            this.item = item;
        }

        Future<Written> start() {
            down.drainHandler(drained -> write());
            write();
            return written.future();
        }

        private void write() {
            while (!stopped && !down.writeQueueFull()) {
                down.write(item);
                count++;
            }
        }

        void stop() {
            stopped = true;
            written.tryComplete(new Written(count));
        }
    }
}
