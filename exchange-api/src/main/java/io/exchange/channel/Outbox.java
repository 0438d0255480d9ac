package io.exchange.channel;

import io.exchange.api.ErrorCode;
import io.exchange.api.Limits;
import io.exchange.api.Message;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.exchange.protocol.Payloads;
import io.exchange.transport.Connection;
import org.jspecify.annotations.Nullable;

/**
 * What leaves by one connection: frames as they are, and large payloads in fragments that the others overtake. Confined to
 * the loop of the connection.
 */
final class Outbox {

    private final Connection connection;
    private final Loop loop;
    private @Nullable BulkSender bulk;
    private long writableSinceNanos;

    Outbox(Connection connection, Loop loop) {
        this.connection = connection;
        this.loop = loop;
    }

    /** Sends a frame; if its payload goes in fragments, tells when the last of them has been sent. */
    void send(Frame frame, Runnable sent) {
        if (sendsInFragments(Payloads.of(frame))) {
            bulk().send(frame, sent);
        } else {
            connection.send(frame);
        }
    }

    boolean sendsInFragments(Payload payload) {
        return BulkSender.isLarge(payload) && !connection.passesValues();
    }

    /** Sends a message, or throws why it cannot be. */
    <M> void send(Message<M> message, Frame.@Nullable Onward onward, ChannelLimits limits) {
        if (!connection.isWritable()) {
            throw Refusals.exhausted("the channel has as much to send as it holds");
        }
        if (!Limits.takesHeaders(message.headers())) {
            throw Refusals.tooLongHeaders();
        }
        Payload payload = Payload.of(message.type().payload(), message.payload());
        check(payload, limits);
        if (sendsInFragments(payload) && bulk().isBehind(payload.knownLength(), limits.maxPayloadBytes())) {
            throw Refusals.exhausted("large payloads wait on the channel as much as it holds");
        }
        send(new Frame.Message(message.type().name(), message.headers(), onward, payload), () -> {});
    }

    /** Encodes a payload if the transport needs its bytes, and checks its size. */
    void check(Payload payload, ChannelLimits limits) {
        int length = connection.passesValues()
                ? payload.knownLength()
                : payload.bytes().length();
        if (length > limits.maxPayloadBytes()) {
            throw ErrorCode.TOO_LARGE.notExecuted(
                    "the payload has " + length + " bytes, the channel takes " + limits.maxPayloadBytes());
        }
    }

    /** The bulk sender, made when the first large payload comes: most channels never need one. */
    private BulkSender bulk() {
        BulkSender present = bulk;
        if (present == null) {
            present = new BulkSender(connection::send, loop);
            bulk = present;
        }
        return present;
    }

    /** Sends no more of a command's large payload; gives whether some of it had not been sent. */
    boolean giveUp(String commandId) {
        return bulk != null && bulk.giveUp(commandId);
    }

    void fragmentCredit(long bytes) {
        if (bulk != null) {
            bulk.credit(bytes);
        }
    }

    /** The connection takes more, as far as is known now. */
    void writable() {
        writableSinceNanos = loop.nanoTime();
    }

    /** Whether data waits and nothing of it has moved for so long. */
    boolean isStuck(long patienceNanos) {
        long now = loop.nanoTime();
        if (connection.isWritable()) {
            writableSinceNanos = now;
        }
        return now - writableSinceNanos > patienceNanos || (bulk != null && bulk.isStalled(now, patienceNanos));
    }

    /** Whether no large payload is on its way. */
    boolean isIdle() {
        return bulk == null || bulk.isIdle();
    }
}
