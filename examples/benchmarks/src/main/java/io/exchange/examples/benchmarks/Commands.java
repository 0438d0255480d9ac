package io.exchange.examples.benchmarks;

import io.exchange.api.CommandType;
import io.exchange.api.PayloadType;
import io.exchange.api.StreamType;
import io.vertx.core.buffer.Buffer;

/** What the exchange is made to carry. */
final class Commands {

    /** Bytes that come back as they are. */
    static final CommandType<Buffer, Buffer> ECHO = CommandType.of("echo", PayloadType.bytes(), PayloadType.bytes());

    /** The same through JSON. */
    static final CommandType<Text, Text> ECHO_JSON = CommandType.of("echo-json", Text.class, Text.class);

    /** The number of a command, which whoever runs it counts; it comes back. */
    static final CommandType<Buffer, Buffer> COUNTED =
            CommandType.of("counted", PayloadType.bytes(), PayloadType.bytes());

    /** Where the event bus answers on another node. */
    static final String BUS_ADDRESS = "benchmark.echo";

    /** The number of the target of which the sending node has the channel itself. */
    static final int HERE = 1_000_000_000;

    /** Items of so many bytes, until the call is cancelled; answered with how many there were. */
    static final StreamType<ItemSize, Void, Buffer, Written> ITEMS =
            StreamType.down(CommandType.of("items", ItemSize.class, Written.class), PayloadType.bytes());

    /** A JSON payload. */
    record Text(String text) {
        static Text of(int length) {
            return new Text("x".repeat(length));
        }
    }

    /** How long each item is to be. */
    record ItemSize(int bytes) {}

    /** How many items were written. */
    record Written(long items) {}

    private Commands() {}

    /** Bytes to send. */
    static Buffer bytes(int length) {
        return Buffer.buffer(new byte[length]);
    }

    static String target(long number) {
        return "target-" + number;
    }
}
