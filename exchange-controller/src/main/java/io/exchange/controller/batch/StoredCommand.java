package io.exchange.controller.batch;

import io.exchange.api.Command;
import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.PayloadType;
import io.exchange.api.Route;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a command of a batch carries, in a form that any node can send without its types.
 *
 * @param type the name of its type
 * @param payload the encoded request
 * @param headers its headers
 * @param timeout the timeout of each try; empty for none
 * @param route which connector of the target it goes to
 * @param orderKey its order key, if it has one
 * @param waitForTarget whether each try waits for the target to come
 */
public record StoredCommand(
        String type,
        Buffer payload,
        Map<String, String> headers,
        Optional<Duration> timeout,
        Route route,
        Optional<String> orderKey,
        boolean waitForTarget) {

    /**
     * Encodes a command.
     *
     * @param command the command
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return what it carries
     * @throws io.exchange.api.ExchangeException INVALID if the request cannot be encoded
     */
    public static <Q, A> StoredCommand of(Command<Q, A> command) {
        return new StoredCommand(
                command.type().name(),
                command.type().request().encode(command.payload()),
                command.headers(),
                command.timeout(),
                command.route(),
                command.orderKey(),
                command.waitForTarget());
    }

    /** The command of one try, as bytes for bytes; when it may start anew is for the batch to say, not for the router. */
    Command<Buffer, Buffer> toSend(BatchItem item, Duration left) {
        Delivery delivery = item.delivery() == Delivery.AT_LEAST_ONCE ? Delivery.RESUME : item.delivery();
        Duration time = timeout.filter(own -> own.compareTo(left) < 0).orElse(left);
        Command<Buffer, Buffer> command = CommandType.of(type, PayloadType.bytes(), PayloadType.bytes())
                .command(payload)
                .withId(item.commandId())
                .withHeaders(headers)
                .withTimeout(time)
                .withDelivery(delivery)
                .withRoute(route)
                .withWaitForTarget(waitForTarget);
        return orderKey.map(command::withOrderKey).orElse(command);
    }
}
