package io.exchange.controller.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.ReplyError;
import io.exchange.controller.BatchState;
import io.exchange.controller.RetryPolicy;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchStepsTest {

    private static final Claim OURS = new Claim("a", 1);
    private static final Outcome WELL = new Outcome.Succeeded(Payload.EMPTY);
    private static final Outcome FAILED = new Outcome.Failed(new ReplyError("broken", ""));
    private static final RetryPolicy TWICE = new RetryPolicy(2, Duration.ofSeconds(4), Duration.ofSeconds(4));
    private static final long DEADLINE = 1_000_000;

    private static BatchRecord batch(int commands, Delivery delivery, int maxFailures) {
        return new BatchRecord(
                "batch",
                "key",
                new BatchPlan(2, TWICE, maxFailures, DEADLINE, 1_000),
                OURS,
                false,
                1,
                BatchRecord.NOT_ENDED,
                1,
                IntStream.range(0, commands)
                        .mapToObj(i -> BatchItem.created("c" + i, "gw", "deploy.v1", delivery))
                        .toList());
    }

    private static BatchRecord batch(int commands) {
        return batch(commands, Delivery.RESUME, 100);
    }

    private static BatchRecord apply(BatchRecord record, BatchEvent... events) {
        return BatchSteps.apply(record, OURS, List.of(events)).orElseThrow();
    }

    private static BatchEvent sending(int index, String session) {
        return new BatchEvent.Sending(index, 1, session, 10);
    }

    private static BatchEvent answered(int index, int attempt, int tries, Outcome outcome) {
        return new BatchEvent.Answered(index, attempt, tries, outcome, 0.5, 20);
    }

    private static Outcome refused(ExchangeException cause) {
        return new Outcome.Refused(cause);
    }

    private static Outcome unknown(ErrorCode code) {
        return refused(code.unknown("?"));
    }

    private static BatchItem after(Delivery delivery, Outcome outcome) {
        BatchRecord record = apply(batch(2, delivery, 100), sending(0, "s"), answered(0, 1, 0, outcome));
        return record.items().get(0);
    }

    @Test
    void a_half_that_has_kept_a_batch_for_too_long_does_not_end_a_new_one_with_its_id() {
        BatchRecord old = apply(batch(1), sending(0, "s"), answered(0, 1, 0, WELL));
        BatchRecord fresh = new BatchRecord(
                old.id(),
                old.key(),
                old.plan(),
                Claim.NONE,
                false,
                old.endedAt() + 1,
                BatchRecord.NOT_ENDED,
                1,
                batch(2).items());

        for (BatchRecord joined : List.of(BatchMerge.merge(old, fresh), BatchMerge.merge(fresh, old))) {
            assertThat(joined.hasEnded()).isFalse();
            assertThat(joined.items()).isEqualTo(fresh.items());
            assertThat(joined.version()).isGreaterThan(old.version());
        }
    }

    @Test
    void a_batch_succeeds_when_all_its_commands_have() {
        BatchRecord created = batch(2);
        BatchRecord begun = apply(created, sending(0, "s"), answered(0, 1, 0, WELL));
        BatchRecord ended = apply(begun, sending(1, "s"), answered(1, 1, 0, WELL));

        assertThat(created.state()).isEqualTo(BatchState.CREATED);
        assertThat(begun.state()).isEqualTo(BatchState.IN_PROGRESS);
        assertThat(ended.state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(ended.endedAt()).isEqualTo(20);
        assertThat(ended.claim().isHeld()).isFalse();
        assertThat(ended.isForgettable(1_019)).isFalse();
        assertThat(ended.isForgettable(1_020)).isTrue();
    }

    @Test
    void a_retry_after_a_definite_outcome_is_a_new_attempt_with_any_session() {
        for (Outcome definite : List.of(FAILED, refused(ErrorCode.NO_CHANNEL.notExecuted("")))) {
            BatchItem item = after(Delivery.RESUME, definite);

            assertThat(item.state()).isEqualTo(BatchState.PENDING);
            assertThat(item.attempt()).isEqualTo(2);
            assertThat(item.sessionId()).isEmpty();
            assertThat(item.retryAt()).isEqualTo(20 + 2_000);
        }
    }

    @Test
    void a_repeat_after_an_unknown_outcome_keeps_the_attempt_and_the_session() {
        BatchItem item = after(Delivery.RESUME, unknown(ErrorCode.TIMEOUT));

        assertThat(item.state()).isEqualTo(BatchState.PENDING);
        assertThat(item.attempt()).isEqualTo(1);
        assertThat(item.sessionId()).isEqualTo("s");
        assertThat(item.sentAt()).isEqualTo(10);
    }

    @Test
    void what_its_session_cannot_tell_any_more_ends_unknown_unless_it_may_be_run_anew() {
        Outcome gone = unknown(ErrorCode.CHANNEL_CLOSED);

        assertThat(after(Delivery.RESUME, gone).state()).isEqualTo(BatchState.ERROR);
        assertThat(after(Delivery.AT_MOST_ONCE, unknown(ErrorCode.TIMEOUT)).state())
                .isEqualTo(BatchState.ERROR);
        assertThat(after(Delivery.AT_LEAST_ONCE, gone).attempt()).isEqualTo(2);
    }

    @Test
    void the_hint_of_a_limit_is_waited_for() {
        Outcome busy = refused(ErrorCode.EXHAUSTED.notExecuted("").withRetryAfter(Duration.ofSeconds(9)));

        assertThat(after(Delivery.RESUME, busy).retryAt()).isEqualTo(20 + 9_000);
    }

    @Test
    void tries_are_counted_and_bounded() {
        BatchRecord once = apply(batch(1), sending(0, "s"), answered(0, 1, 0, FAILED));
        BatchRecord twice = apply(once, new BatchEvent.Sending(0, 2, "s", 30), answered(0, 2, 1, FAILED));

        assertThat(twice.state()).isEqualTo(BatchState.ERROR);
        assertThat(twice.items().get(0).tries()).isEqualTo(2);
    }

    @Test
    void an_event_that_comes_again_changes_nothing() {
        BatchRecord once = apply(batch(2), sending(0, "s"), answered(0, 1, 0, FAILED));

        assertThat(apply(once, answered(0, 1, 0, FAILED))).isSameAs(once);
        assertThat(apply(once, sending(0, "s"))).isSameAs(once);
    }

    @Test
    void what_has_ended_stays() {
        BatchRecord ended = apply(batch(2), sending(0, "s"), answered(0, 1, 0, WELL));

        assertThat(apply(ended, answered(0, 1, 1, FAILED), sending(0, "t"))
                        .items()
                        .get(0))
                .isEqualTo(ended.items().get(0));
    }

    @Test
    void only_who_holds_the_claim_writes() {
        assertThat(BatchSteps.apply(batch(1), new Claim("b", 1), List.of(sending(0, "s"))))
                .isEmpty();
        assertThat(BatchSteps.apply(batch(1), new Claim("a", 2), List.of(sending(0, "s"))))
                .isEmpty();
    }

    @Test
    void of_two_who_take_a_batch_one_gets_it() {
        BatchRecord record = batch(1);
        BatchEvent byB = new BatchEvent.Taken(record.claim(), "b", 30);
        BatchEvent byC = new BatchEvent.Taken(record.claim(), "c", 30);
        BatchRecord taken = BatchSteps.apply(record, Claim.NONE, List.of(byB)).orElseThrow();
        BatchRecord after = BatchSteps.apply(taken, Claim.NONE, List.of(byC)).orElseThrow();

        assertThat(after.claim()).isEqualTo(new Claim("b", 2));
        assertThat(BatchSteps.apply(after, OURS, List.of(sending(0, "s")))).isEmpty();
    }

    @Test
    void a_batch_that_is_given_back_can_be_taken() {
        BatchRecord released = apply(batch(1), new BatchEvent.Released(30));

        assertThat(released.claim().isHeld()).isFalse();
        BatchEvent taken = new BatchEvent.Taken(released.claim(), "b", 40);
        assertThat(BatchSteps.apply(released, Claim.NONE, List.of(taken))
                        .orElseThrow()
                        .claim())
                .isEqualTo(new Claim("b", 2));
    }

    @Test
    void a_cancel_ends_what_waits_and_forbids_what_is_about_to_be_sent() {
        BatchRecord begun = apply(batch(3), sending(0, "s"));
        BatchRecord cancelled = apply(begun, new BatchEvent.CancelRequested(30));

        assertThat(cancelled.items())
                .extracting(BatchItem::state)
                .containsExactly(BatchState.IN_PROGRESS, BatchState.CANCELLED, BatchState.CANCELLED);
        assertThat(apply(cancelled, sending(1, "s"))).isSameAs(cancelled);
        BatchRecord ended = apply(cancelled, answered(0, 1, 0, unknown(ErrorCode.CANCELLED)));
        assertThat(ended.state()).isEqualTo(BatchState.CANCELLED);
        assertThat(ended.items().get(0).state()).isEqualTo(BatchState.CANCELLED);
    }

    @Test
    void too_many_failures_spare_the_rest() {
        BatchRecord record = batch(4, Delivery.AT_MOST_ONCE, 1);
        BatchRecord one = apply(record, sending(0, "s"), answered(0, 1, 0, unknown(ErrorCode.TIMEOUT)));
        BatchRecord two = apply(one, sending(1, "s"), answered(1, 1, 0, unknown(ErrorCode.TIMEOUT)));

        assertThat(one.items().get(2).state()).isEqualTo(BatchState.CREATED);
        assertThat(two.state()).isEqualTo(BatchState.ERROR);
        assertThat(two.items().get(2).state()).isEqualTo(BatchState.CANCELLED);
    }

    @Test
    void what_has_not_ended_by_the_deadline_ends_and_says_whether_it_may_have_run() {
        BatchRecord record = apply(batch(2), sending(0, "s"), answered(0, 1, 0, unknown(ErrorCode.TIMEOUT)));
        BatchRecord late = apply(record, new BatchEvent.Looked(DEADLINE));

        assertThat(late.state()).isEqualTo(BatchState.ERROR);
        assertThat(late.items())
                .extracting(BatchStepsTest::execution)
                .containsExactly(Execution.UNKNOWN, Execution.NOT_EXECUTED);
    }

    private static Execution execution(BatchItem item) {
        return ((Outcome.Refused) item.last().orElseThrow()).cause().execution();
    }

    @Test
    void what_a_node_that_was_given_up_says_was_not_sent_does_not_undo_what_the_next_one_has_sent() {
        BatchRecord common = batch(1);
        BatchRecord cutOff = apply(
                common, sending(0, "s1"), answered(0, 1, 0, refused(ErrorCode.SHUTTING_DOWN.notExecuted("no lease"))));
        BatchRecord taken = BatchSteps.apply(common, Claim.NONE, List.of(new BatchEvent.Taken(common.claim(), "b", 30)))
                .flatMap(record -> BatchSteps.apply(record, new Claim("b", 2), List.of(sending(0, "s2"))))
                .orElseThrow();

        for (BatchRecord joined : List.of(BatchMerge.merge(cutOff, taken), BatchMerge.merge(taken, cutOff))) {
            assertThat(joined.claim()).isEqualTo(new Claim("b", 2));
            assertThat(joined.items().get(0).sessionId()).isEqualTo("s2");
            assertThat(joined.items().get(0).attempt()).isEqualTo(1);
        }
    }

    @Test
    void a_batch_waits_when_all_that_has_not_ended_does() {
        BatchRecord record =
                apply(batch(2), sending(0, "s"), answered(0, 1, 0, WELL), sending(1, "s"), answered(1, 1, 0, FAILED));

        assertThat(record.state()).isEqualTo(BatchState.PENDING);
    }
}
