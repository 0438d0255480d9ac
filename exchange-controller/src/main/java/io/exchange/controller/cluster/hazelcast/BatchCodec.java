package io.exchange.controller.cluster.hazelcast;

import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.ReplyError;
import io.exchange.api.Route;
import io.exchange.controller.BatchState;
import io.exchange.controller.RetryPolicy;
import io.exchange.controller.batch.BatchEvent;
import io.exchange.controller.batch.BatchItem;
import io.exchange.controller.batch.BatchPlan;
import io.exchange.controller.batch.BatchRecord;
import io.exchange.controller.batch.Claim;
import io.exchange.controller.batch.StoredCommand;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Batches, what happens to them and what their commands carry, as bytes between nodes of possibly different versions. Kinds, names and the
 * order of fields are for ever; fields that come later go to the end of a block. Pure.
 */
final class BatchCodec {

    private static final int TAKEN = 1;
    private static final int RELEASED = 2;
    private static final int CANCEL_REQUESTED = 3;
    private static final int LOOKED = 4;
    private static final int SENDING = 5;
    private static final int ANSWERED = 6;

    private static final int NO_OUTCOME = 0;
    private static final int SUCCEEDED = 1;
    private static final int FAILED = 2;
    private static final int REFUSED = 3;

    private static final long NONE = -1;

    private BatchCodec() {}

    // --- records

    static byte[] encode(BatchRecord record) {
        BatchPlan plan = record.plan();
        BlockWriter out = new BlockWriter()
                .string(record.id())
                .string(record.key())
                .int32(plan.concurrency())
                .int32(plan.retries().maxTries())
                .int64(plan.retries().firstBound().toNanos())
                .int64(plan.retries().lastBound().toNanos())
                .int32(plan.maxFailures())
                .int64(plan.deadline())
                .int64(plan.retentionMillis());
        claim(out, record.claim());
        return out.bool(record.cancelRequested())
                .int64(record.createdAt())
                .int64(record.endedAt())
                .int64(record.version())
                .blocks(record.items(), BatchCodec::item)
                .toBytes();
    }

    static BatchRecord record(byte[] bytes) {
        BlockReader in = new BlockReader(bytes);
        return new BatchRecord(
                in.string(),
                in.string(),
                new BatchPlan(
                        in.int32(),
                        new RetryPolicy(in.int32(), Duration.ofNanos(in.int64()), Duration.ofNanos(in.int64())),
                        in.int32(),
                        in.int64(),
                        in.int64()),
                claim(in),
                in.bool(),
                in.int64(),
                in.int64(),
                in.int64(),
                in.blocks(BatchCodec::item));
    }

    private static void claim(BlockWriter out, Claim claim) {
        out.string(claim.nodeId()).int64(claim.epoch());
    }

    private static Claim claim(BlockReader in) {
        return new Claim(in.string(), in.int64());
    }

    private static void item(BlockWriter out, BatchItem item) {
        out.string(item.commandId())
                .string(item.targetId())
                .string(item.type())
                .string(item.delivery().name())
                .string(item.state().name())
                .int32(item.attempt())
                .int32(item.tries())
                .string(item.sessionId())
                .int64(item.sentAt())
                .int64(item.retryAt());
        outcome(out, item.last());
    }

    private static BatchItem item(BlockReader in) {
        return new BatchItem(
                in.string(),
                in.string(),
                in.string(),
                Delivery.valueOf(in.string()),
                BatchState.valueOf(in.string()),
                in.int32(),
                in.int32(),
                in.string(),
                in.int64(),
                in.int64(),
                outcome(in));
    }

    private static void outcome(BlockWriter out, Optional<Outcome> outcome) {
        Outcome said = outcome.orElse(null);
        if (said instanceof Outcome.Succeeded) {
            out.int8(SUCCEEDED); // answers are not kept
        } else if (said instanceof Outcome.Failed failed) {
            ReplyError error = failed.error();
            out.int8(FAILED).string(error.code()).string(error.message()).stringMap(error.details());
        } else if (said instanceof Outcome.Refused refused) {
            ExchangeException cause = refused.cause();
            out.int8(REFUSED)
                    .string(cause.code().name())
                    .string(cause.execution().name())
                    .string(cause.text())
                    .int64(cause.retryAfter().map(Duration::toNanos).orElse(NONE));
        } else {
            out.int8(NO_OUTCOME);
        }
    }

    private static Optional<Outcome> outcome(BlockReader in) {
        return switch (in.int8()) {
            case SUCCEEDED -> Optional.of(new Outcome.Succeeded(Payload.EMPTY));
            case FAILED -> Optional.of(new Outcome.Failed(new ReplyError(in.string(), in.string(), in.stringMap())));
            case REFUSED -> Optional.of(new Outcome.Refused(refusal(in)));
            default -> Optional.empty();
        };
    }

    private static ExchangeException refusal(BlockReader in) {
        ErrorCode code = code(in.string());
        ExchangeException cause = ExchangeException.of(code, Execution.valueOf(in.string()), in.string());
        long retryAfter = in.int64();
        return retryAfter == NONE ? cause : cause.withRetryAfter(Duration.ofNanos(retryAfter));
    }

    private static ErrorCode code(String name) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return ErrorCode.INTERNAL;
    }

    // --- events

    static byte[] encode(Claim by, List<BatchEvent> events) {
        BlockWriter out = new BlockWriter();
        claim(out, by);
        return out.blocks(events, BatchCodec::event).toBytes();
    }

    /** Who submits the events. */
    static Claim claim(byte[] bytes) {
        return claim(new BlockReader(bytes));
    }

    static List<BatchEvent> events(byte[] bytes) {
        BlockReader in = new BlockReader(bytes);
        claim(in);
        return in.blocks(BatchCodec::event);
    }

    private static void event(BlockWriter out, BatchEvent event) {
        if (event instanceof BatchEvent.Taken taken) {
            out.int8(TAKEN).int64(event.now());
            claim(out, taken.from());
            out.string(taken.nodeId());
        } else if (event instanceof BatchEvent.Sending sending) {
            out.int8(SENDING).int64(event.now());
            out.int32(sending.index()).int32(sending.attempt()).string(sending.sessionId());
        } else if (event instanceof BatchEvent.Answered answered) {
            out.int8(ANSWERED).int64(event.now());
            out.int32(answered.index()).int32(answered.attempt()).int32(answered.tries());
            out.int64(Double.doubleToLongBits(answered.chance()));
            outcome(out, Optional.of(answered.outcome()));
        } else {
            out.int8(kind(event)).int64(event.now());
        }
    }

    private static int kind(BatchEvent event) {
        if (event instanceof BatchEvent.Released) {
            return RELEASED;
        }
        return event instanceof BatchEvent.CancelRequested ? CANCEL_REQUESTED : LOOKED;
    }

    private static BatchEvent event(BlockReader in) {
        int kind = in.int8();
        long now = in.int64();
        return switch (kind) {
            case TAKEN -> new BatchEvent.Taken(claim(in), in.string(), now);
            case RELEASED -> new BatchEvent.Released(now);
            case CANCEL_REQUESTED -> new BatchEvent.CancelRequested(now);
            case LOOKED -> new BatchEvent.Looked(now);
            case SENDING -> new BatchEvent.Sending(in.int32(), in.int32(), in.string(), now);
            case ANSWERED -> answered(in, now);
            default -> throw new IllegalStateException("this version knows no event of a batch of kind " + kind);
        };
    }

    private static BatchEvent answered(BlockReader in, long now) {
        int index = in.int32();
        int attempt = in.int32();
        int tries = in.int32();
        double chance = Double.longBitsToDouble(in.int64());
        return new BatchEvent.Answered(index, attempt, tries, outcome(in).orElseThrow(), chance, now);
    }

    // --- commands

    static byte[] encode(StoredCommand command) {
        return new BlockWriter()
                .string(command.type())
                .bytes(command.payload().getBytes())
                .stringMap(command.headers())
                .int64(command.timeout()
                        .filter(BatchCodec::isCounted)
                        .map(Duration::toNanos)
                        .orElse(NONE))
                .string(command.route() instanceof Route.Holder holder ? holder.role() : "")
                .string(command.route() instanceof Route.Connector connector ? connector.connectorId() : "")
                .string(command.orderKey().orElse(""))
                .bool(command.waitForTarget())
                .toBytes();
    }

    /** One of centuries is none, as for any command; the deadline of the batch holds all the same. */
    private static boolean isCounted(Duration timeout) {
        return timeout.toSeconds() <= Integer.MAX_VALUE;
    }

    static StoredCommand command(byte[] bytes) {
        BlockReader in = new BlockReader(bytes);
        String type = in.string();
        Buffer payload = Buffer.buffer(in.bytes());
        var headers = in.stringMap();
        long timeout = in.int64();
        String role = in.string();
        String connectorId = in.string();
        String orderKey = in.string();
        return new StoredCommand(
                type,
                payload,
                headers,
                timeout == NONE ? Optional.empty() : Optional.of(Duration.ofNanos(timeout)),
                route(role, connectorId),
                orderKey.isEmpty() ? Optional.empty() : Optional.of(orderKey),
                in.bool());
    }

    private static Route route(String role, String connectorId) {
        if (!role.isEmpty()) {
            return Route.holder(role);
        }
        return connectorId.isEmpty() ? Route.ANY : Route.connector(connectorId);
    }
}
