package io.exchange.controller.batch;

import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ReplyError;
import io.exchange.controller.RetryPolicy;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Batches and what may happen to them, drawn from a seed. */
public final class AnyBatch {

    private AnyBatch() {}

    /** A batch somewhere in its life. */
    public static BatchRecord record(long seed) {
        Random chance = new Random(seed);
        return history(fresh(chance), chance, chance.nextInt(60));
    }

    /** Some events. */
    public static List<BatchEvent> events(long seed) {
        Random chance = new Random(seed);
        BatchRecord record = fresh(chance);
        List<BatchEvent> events = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            events.add(event(record, chance, i));
        }
        events.add(new BatchEvent.Released(7));
        return events;
    }

    static final int COMMANDS = 4;
    private static final long DEADLINE = 5_000;

    static BatchRecord fresh(Random chance) {
        List<BatchItem> items = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            Delivery delivery = Delivery.values()[chance.nextInt(Delivery.values().length)];
            items.add(BatchItem.created("c" + i, "gw", "type", delivery));
        }
        RetryPolicy retries = new RetryPolicy(3, Duration.ofMillis(10), Duration.ofMillis(100));
        BatchPlan plan = new BatchPlan(2, retries, chance.nextInt(COMMANDS + 1), DEADLINE, 1_000);
        return new BatchRecord("b", "k", plan, new Claim("n0", 1), false, 1, BatchRecord.NOT_ENDED, 1, items);
    }

    private static BatchEvent event(BatchRecord record, Random chance, long now) {
        int index = chance.nextInt(COMMANDS);
        BatchItem item = record.items().get(index);
        int attempt = Math.max(1, item.attempt() - (chance.nextInt(5) == 0 ? 1 : 0));
        return switch (chance.nextInt(12)) {
            case 0 -> new BatchEvent.Taken(record.claim(), "n" + chance.nextInt(3), now);
            case 1 -> chance.nextInt(4) == 0 ? new BatchEvent.CancelRequested(now) : new BatchEvent.Looked(now);
            case 2, 3, 4, 5, 6 -> new BatchEvent.Sending(index, attempt, session(item, chance), now);
            default -> new BatchEvent.Answered(index, attempt, item.tries(), outcome(chance), chance.nextDouble(), now);
        };
    }

    /** A runner sends an attempt that may have reached a session to no other one. */
    private static String session(BatchItem item, Random chance) {
        return item.sessionId().isEmpty() ? "s" + chance.nextInt(3) : item.sessionId();
    }

    private static Outcome outcome(Random chance) {
        ErrorCode code = ErrorCode.values()[chance.nextInt(ErrorCode.values().length)];
        return switch (chance.nextInt(5)) {
            case 0 -> new Outcome.Succeeded(Payload.EMPTY);
            case 1 -> new Outcome.Failed(new ReplyError("code", "message"));
            case 2 -> new Outcome.Refused(code.unknown("?"));
            default -> new Outcome.Refused(code.notExecuted("!"));
        };
    }

    static BatchRecord history(BatchRecord from, Random chance, int length) {
        BatchRecord record = from;
        for (int i = 0; i < length; i++) {
            record = next(record, chance, 10 + i * 20L);
        }
        return record;
    }

    static BatchRecord next(BatchRecord record, Random chance, long now) {
        Claim by = chance.nextInt(6) == 0 ? new Claim("n9", 1) : record.claim();
        return BatchSteps.apply(record, by, List.of(event(record, chance, now))).orElse(record);
    }
}
