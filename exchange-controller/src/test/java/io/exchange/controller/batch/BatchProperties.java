package io.exchange.controller.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.controller.BatchState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds for every history of a batch, drawn from a seed. */
class BatchProperties {

    @Property(tries = 500)
    void an_end_stays_and_an_attempt_has_one_session(@ForAll long seed) {
        Random chance = new Random(seed);
        Map<String, String> sessions = new HashMap<>();
        BatchRecord record = AnyBatch.fresh(chance);
        for (int i = 0; i < 150; i++) {
            BatchRecord after = AnyBatch.next(record, chance, 10 + i * 20L);
            assertThat(after.version()).isBetween(record.version(), record.version() + 1);
            assertThat(after.claim().epoch())
                    .isGreaterThanOrEqualTo(record.claim().epoch());
            for (int c = 0; c < AnyBatch.COMMANDS; c++) {
                BatchItem before = record.items().get(c);
                BatchItem item = after.items().get(c);
                if (before.state().isEnd()) {
                    assertThat(item).isEqualTo(before);
                }
                assertThat(item.attempt()).isGreaterThanOrEqualTo(before.attempt());
                if (!item.sessionId().isEmpty()) {
                    String attempt = item.commandId() + "#" + item.attempt();
                    assertThat(sessions.computeIfAbsent(attempt, key -> item.sessionId()))
                            .isEqualTo(item.sessionId());
                }
            }
            record = after;
        }
    }

    @Property(tries = 500)
    void two_halves_are_joined_the_same_whichever_is_asked_and_lose_no_success(@ForAll long seed) {
        Random chance = new Random(seed);
        BatchRecord common = AnyBatch.history(AnyBatch.fresh(chance), chance, chance.nextInt(20));
        BatchRecord one = AnyBatch.history(common, chance, chance.nextInt(40));
        BatchRecord other = AnyBatch.history(common, chance, chance.nextInt(40));
        BatchRecord joined = BatchMerge.merge(one, other);

        assertThat(joined.version()).isGreaterThan(Math.max(one.version(), other.version()));
        for (int c = 0; c < AnyBatch.COMMANDS; c++) {
            BatchItem item = joined.items().get(c);
            boolean succeeded = one.items().get(c).state() == BatchState.SUCCEEDED
                    || other.items().get(c).state() == BatchState.SUCCEEDED;
            assertThat(item.state() == BatchState.SUCCEEDED).isEqualTo(succeeded);
            assertThat(item)
                    .hasToString(BatchMerge.merge(other, one).items().get(c).toString());
        }
        assertThat(BatchMerge.merge(other, one).claim()).isEqualTo(joined.claim());
    }

    @Property(tries = 500)
    void nothing_new_is_sent_of_a_batch_that_one_half_had_cancelled(@ForAll long seed) {
        Random chance = new Random(seed);
        BatchRecord common = AnyBatch.history(AnyBatch.fresh(chance), chance, chance.nextInt(20));
        BatchRecord one = AnyBatch.history(common, chance, chance.nextInt(40));
        List<BatchEvent> cancel = List.of(new BatchEvent.CancelRequested(1));
        BatchRecord other = BatchSteps.apply(common, Claim.NONE, cancel).orElseThrow();
        BatchRecord joined = BatchMerge.merge(one, other);

        for (int c = 0; c < AnyBatch.COMMANDS; c++) {
            BatchItem before = joined.items().get(c);
            List<BatchEvent> sending = List.of(new BatchEvent.Sending(c, before.attempt(), "s", 1));
            BatchItem after = BatchSteps.apply(joined, joined.claim(), sending)
                    .orElseThrow()
                    .items()
                    .get(c);
            boolean isNew = before.state() != BatchState.IN_PROGRESS && after.state() == BatchState.IN_PROGRESS;
            assertThat(isNew && joined.cancelRequested()).isFalse();
        }
    }
}
