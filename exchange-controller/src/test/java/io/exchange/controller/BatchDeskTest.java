package io.exchange.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.channel.ManualLoop;
import io.exchange.controller.batch.BatchEvent;
import io.exchange.controller.batch.BatchRunner;
import io.exchange.controller.batch.Claim;
import io.exchange.controller.batch.MemoryBatchStore;
import io.exchange.controller.batch.UnreliableBatchStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a node says of batches while it is cut off from those who keep them. */
class BatchDeskTest {

    private static final CommandType<String, String> ECHO = CommandType.of("echo.v1", String.class, String.class);

    private final ManualLoop loop = new ManualLoop();
    private final UnreliableBatchStore store =
            new UnreliableBatchStore(new MemoryBatchStore(() -> loop.nanoTime() / 1_000_000));
    private Readiness readiness = Readiness.READY;
    private final BatchDesk desk = new BatchDesk(() -> readiness, store, idleRunner(), loop);
    private final Batch batch = Batch.of("tests").withId("batch").with("eu", ECHO.command("hello"));

    /** It may run nothing, so that a batch stays as it was accepted. */
    private BatchRunner idleRunner() {
        return new BatchRunner(new BatchRunner.Parts(
                "a",
                store,
                (target, command, log) -> {
                    throw new IllegalStateException("nothing is sent");
                },
                loop,
                () -> false,
                () -> Set.of("a"),
                other -> Future.succeededFuture(false),
                () -> 0.5,
                ExchangeObserver.NONE));
    }

    private void cutOff() {
        readiness = new Readiness(false, "there is no quorum");
        store.isParted = true;
    }

    private void heal() {
        readiness = Readiness.READY;
        store.isParted = false;
    }

    private void submit() {
        Future<BatchStatus> accepted = desk.submit(batch);
        loop.advance(Duration.ofMillis(50));
        assertThat(accepted.succeeded()).isTrue();
    }

    private static ExchangeException failure(Future<?> future) {
        return (ExchangeException) future.cause();
    }

    @Test
    void who_waits_for_the_end_hears_of_it_although_the_node_was_cut_off() {
        submit();
        Future<BatchStatus> end = desk.ended("batch");
        loop.advance(Duration.ofSeconds(1));
        cutOff();
        loop.advance(Duration.ofMinutes(1));
        heal();
        loop.advance(Duration.ofSeconds(1));
        assertThat(end.isComplete()).isFalse();

        store.submit("batch", Claim.NONE, List.of(new BatchEvent.CancelRequested(store.clusterTime())));
        loop.advance(Duration.ofSeconds(4));
        assertThat(end.result().state()).isEqualTo(BatchState.CANCELLED);
    }

    @Test
    void without_a_quorum_a_batch_that_was_there_is_gone_only_when_it_stays_so() {
        submit();
        Future<BatchStatus> end = desk.ended("batch");
        loop.advance(Duration.ofSeconds(1));
        store.isParted = true;
        loop.advance(Duration.ofSeconds(20));
        assertThat(end.isComplete()).isFalse();

        loop.advance(Duration.ofSeconds(20));
        assertThat(failure(end).code()).isEqualTo(ErrorCode.INVALID);
    }

    @Test
    void a_node_that_is_cut_off_does_not_say_that_there_is_no_batch() {
        submit();
        cutOff();

        assertThat(failure(desk.find("batch")).code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(failure(desk.cancel("batch")).code()).isEqualTo(ErrorCode.INTERNAL);
        heal();
        assertThat(desk.find("batch").result()).isPresent();
        assertThat(desk.find("another").result()).isEmpty();
    }

    @Test
    void what_a_node_takes_in_as_it_is_cut_off_is_not_said_to_be_safe() {
        store.beforeCreate = () -> readiness = new Readiness(false, "there is no quorum");
        Future<BatchStatus> accepted = desk.submit(batch);
        loop.advance(Duration.ofSeconds(6));

        assertThat(failure(accepted).code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(failure(accepted).execution()).isEqualTo(Execution.UNKNOWN);
    }
}
