package io.exchange.controller.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Call;
import io.exchange.api.Command;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.Reply;
import io.exchange.api.Route;
import io.exchange.channel.ManualLoop;
import io.exchange.controller.BatchState;
import io.exchange.controller.RetryPolicy;
import io.exchange.controller.route.SendLog;
import io.exchange.protocol.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes with one store, on one loop whose clock the test turns: what becomes of a batch when its node is lost. */
class BatchRunTest {

    private static final Duration LOOK = Duration.ofMillis(1_100);

    private final ManualLoop loop = new ManualLoop();
    private final MemoryBatchStore kept = new MemoryBatchStore(() -> loop.nanoTime() / 1_000_000);
    private final UnreliableBatchStore store = new UnreliableBatchStore(kept);
    private final Set<String> gone = new HashSet<>();
    private final Node a = new Node("a");
    private final Node b = new Node("b");

    /** One try of a command, as the router of a node has it. */
    private static final class Sent implements Call<Buffer> {

        final SendLog log;
        private final String commandId;
        private final Promise<Reply<Buffer>> reply = Promise.promise();
        boolean cancelled;

        Sent(Command<Buffer, Buffer> command, SendLog log) {
            this.commandId = command.id().orElseThrow();
            this.log = log;
        }

        @Override
        public String commandId() {
            return commandId;
        }

        @Override
        public Future<Reply<Buffer>> reply() {
            return reply.future();
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        void succeed() {
            reply.complete(Reply.succeeded(commandId, Buffer.buffer()));
        }

        void fail(ExchangeException cause) {
            reply.fail(cause);
        }
    }

    private final class Node {

        final List<Sent> sent = new ArrayList<>();
        final BatchRunner runner;
        boolean mayRun = true;

        Node(String nodeId) {
            runner = new BatchRunner(new BatchRunner.Parts(
                    nodeId,
                    store,
                    this::send,
                    loop,
                    () -> mayRun,
                    this::others,
                    other -> Future.succeededFuture(gone.contains(other)),
                    () -> 0.5,
                    ExchangeObserver.NONE));
        }

        private Call<Buffer> send(String targetId, Command<Buffer, Buffer> command, SendLog log) {
            Sent one = new Sent(command, log);
            sent.add(one);
            return one;
        }

        private Set<String> others() {
            Set<String> there = new HashSet<>(Set.of("a", "b"));
            there.removeAll(gone);
            return there;
        }

        /** The router has found a session for what this node sent last, and may send it if the log takes it. */
        Future<Void> reaches(String session) {
            Future<Void> logged = sent.get(sent.size() - 1).log.sending(session);
            loop.run();
            return logged;
        }
    }

    private void submitTo(String nodeId, int commands, Delivery delivery) {
        long now = store.clusterTime();
        RetryPolicy retries = new RetryPolicy(3, Duration.ofMillis(100), Duration.ofMillis(100));
        BatchRecord record = new BatchRecord(
                "batch",
                "key",
                new BatchPlan(1, retries, 100, now + 3_600_000, 60_000),
                Claim.NONE,
                false,
                now,
                BatchRecord.NOT_ENDED,
                1,
                IntStream.range(0, commands)
                        .mapToObj(i -> BatchItem.created("c" + i, "gw", "type", delivery))
                        .toList());
        StoredCommand carried = new StoredCommand(
                "type", Buffer.buffer("x"), Map.of(), Optional.empty(), Route.ANY, Optional.empty(), false);
        store.create(record, IntStream.range(0, commands).mapToObj(i -> carried).toList());
        (nodeId.equals("a") ? a : b).runner.run(record);
        loop.advance(Duration.ofMillis(50));
    }

    private BatchRecord record() {
        return store.read("batch").result().orElseThrow();
    }

    private BatchItem item(int index) {
        return record().items().get(index);
    }

    private void loseA() {
        a.mayRun = false;
        gone.add("a");
        loop.advance(LOOK);
    }

    @AfterEach
    void nothing_is_left_on_the_loop() {
        a.runner.release(Duration.ZERO);
        b.runner.release(Duration.ZERO);
        loop.advance(Duration.ofSeconds(10));
        assertThat(loop.hasAlarms()).isFalse();
    }

    @Test
    void nobody_takes_a_batch_whose_node_is_there() {
        submitTo("a", 1, Delivery.RESUME);
        loop.advance(Duration.ofMinutes(1));

        assertThat(a.sent).hasSize(1);
        assertThat(b.sent).isEmpty();
    }

    @Test
    void what_a_lost_node_may_have_sent_goes_to_that_session_alone_as_a_repeat_of_the_same_attempt() {
        submitTo("a", 1, Delivery.RESUME);
        assertThat(a.reaches("s").succeeded()).isTrue();
        loop.advance(Duration.ofSeconds(7));
        loseA();

        Sent repeat = b.sent.get(0);
        SendLog.Sent before = repeat.log.sent().orElseThrow();
        assertThat(repeat.commandId()).isEqualTo("c0");
        assertThat(repeat.log.attempt()).isEqualTo(1);
        assertThat(before.sessionId()).isEqualTo("s");
        assertThat(before.age()).isGreaterThan(Duration.ofSeconds(8));
        repeat.succeed();
        loop.advance(LOOK);
        assertThat(record().state()).isEqualTo(BatchState.SUCCEEDED);
    }

    @Test
    void what_a_lost_node_has_not_sent_goes_to_any_session() {
        submitTo("a", 1, Delivery.RESUME);
        loseA();

        assertThat(b.sent.get(0).log.sent()).isEmpty();
    }

    @Test
    void what_may_run_at_most_once_is_not_sent_again_and_ends_unknown() {
        submitTo("a", 1, Delivery.AT_MOST_ONCE);
        a.reaches("s");
        loseA();

        assertThat(b.sent).isEmpty();
        assertThat(item(0).state()).isEqualTo(BatchState.ERROR);
        Outcome.Refused last = (Outcome.Refused) item(0).last().orElseThrow();
        assertThat(last.cause().execution()).isEqualTo(Execution.UNKNOWN);
    }

    @Test
    void a_node_that_was_given_up_sends_nothing_that_another_has_taken() {
        submitTo("a", 1, Delivery.RESUME);
        gone.add("a"); // and does not know it
        loop.advance(LOOK);

        assertThat(a.reaches("s").failed()).isTrue();
        assertThat(b.reaches("s").succeeded()).isTrue();
    }

    @Test
    void an_answer_to_a_node_that_was_given_up_is_not_written() {
        submitTo("a", 1, Delivery.RESUME);
        a.reaches("s");
        gone.add("a");
        loop.advance(LOOK);
        a.sent.get(0).fail(ErrorCode.INVALID.notExecuted("late"));
        loop.advance(LOOK);

        assertThat(item(0).state()).isEqualTo(BatchState.IN_PROGRESS);
        assertThat(record().claim()).isEqualTo(new Claim("b", 2));
    }

    @Test
    void a_node_without_a_lease_sends_nothing() {
        a.mayRun = false;
        submitTo("a", 1, Delivery.RESUME);
        loop.advance(LOOK);
        assertThat(a.sent).isEmpty();

        a.mayRun = true;
        loop.advance(LOOK);
        assertThat(a.sent).hasSize(1);
        a.mayRun = false;
        Future<Void> logged = a.reaches("s");
        loop.advance(LOOK);
        assertThat(logged.failed()).isTrue();
    }

    @Test
    void a_node_that_may_not_send_for_a_moment_loses_no_command_and_no_try() {
        submitTo("a", 1, Delivery.AT_MOST_ONCE);
        a.mayRun = false; // another node has just come or gone
        Future<Void> logged = a.reaches("s");
        loop.advance(Duration.ofMillis(500));
        assertThat(logged.isComplete()).isFalse();

        a.mayRun = true;
        loop.advance(Duration.ofMillis(50));
        assertThat(logged.succeeded()).isTrue();
        assertThat(item(0).tries()).isZero();
    }

    @Test
    void that_a_node_did_not_send_a_command_is_no_outcome_of_it() {
        submitTo("a", 1, Delivery.RESUME);
        a.mayRun = false;
        Future<Void> logged = a.reaches("s");
        loop.advance(LOOK);
        a.mayRun = true; // by the time that the router tells of it
        a.sent.get(0).fail((ExchangeException) logged.cause());
        loop.advance(LOOK);

        assertThat(item(0).tries()).isZero();
        assertThat(a.sent).hasSize(2);
    }

    @Test
    void a_node_that_stops_at_once_waits_until_nothing_can_leave_as_if_nobody_else_had_sent_it() {
        submitTo("a", 1, Delivery.RESUME);
        a.reaches("s");
        Future<Void> released = a.runner.release(Duration.ZERO);
        loop.advance(Duration.ofMillis(900));
        assertThat(released.isComplete()).isFalse();
        assertThat(b.sent).isEmpty();

        loop.advance(LOOK);
        assertThat(released.succeeded()).isTrue();
        assertThat(b.sent).hasSize(1);
    }

    @Test
    void a_batch_that_was_taken_by_a_node_that_then_did_not_see_it_is_run() {
        store.losesAnswers = true;
        submitTo("a", 1, Delivery.RESUME);
        store.losesAnswers = false;
        store.isParted = true;
        loop.advance(LOOK);
        loop.advance(LOOK);
        assertThat(a.sent).isEmpty();

        store.isParted = false;
        assertThat(record().claim().nodeId()).isEqualTo("a");
        loop.advance(Duration.ofSeconds(6));
        assertThat(a.sent).hasSize(1);
        assertThat(b.sent).isEmpty();
    }

    @Test
    void a_node_that_stops_lets_what_runs_end_and_another_goes_on_with_the_rest() {
        submitTo("a", 2, Delivery.RESUME);
        a.reaches("s");
        Future<Void> released = a.runner.release(Duration.ofSeconds(5));
        loop.advance(LOOK);
        assertThat(released.isComplete()).isFalse();
        a.sent.get(0).succeed();
        loop.advance(LOOK);

        assertThat(released.succeeded()).isTrue();
        assertThat(a.sent).hasSize(1);
        loop.advance(LOOK);
        assertThat(item(0).state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(b.sent).extracting(Sent::commandId).containsExactly("c1");
    }

    @Test
    void a_node_that_stops_without_patience_leaves_what_runs_to_be_asked_for() {
        submitTo("a", 1, Delivery.RESUME);
        a.reaches("s");
        Future<Void> released = a.runner.release(Duration.ofSeconds(1));
        a.sent.get(0).fail(ErrorCode.SHUTTING_DOWN.unknown("the controller stops"));
        loop.advance(LOOK);

        assertThat(released.succeeded()).isTrue();
        loop.advance(LOOK);
        assertThat(item(0).tries()).isZero();
        assertThat(b.sent.get(0).log.sent()).map(SendLog.Sent::sessionId).contains("s");
    }

    @Test
    void a_batch_that_is_cancelled_while_its_node_is_gone_is_not_run_on() {
        submitTo("a", 2, Delivery.RESUME);
        a.reaches("s");
        a.mayRun = false;
        gone.add("a");
        store.submit("batch", Claim.NONE, List.of(new BatchEvent.CancelRequested(store.clusterTime())));
        loop.advance(LOOK);
        loop.advance(LOOK);

        assertThat(b.sent).isEmpty();
        assertThat(record().state()).isEqualTo(BatchState.CANCELLED);
    }

    @Test
    void a_cancel_reaches_what_is_under_way() {
        submitTo("a", 1, Delivery.RESUME);
        a.reaches("s");
        store.submit("batch", Claim.NONE, List.of(new BatchEvent.CancelRequested(store.clusterTime())));
        loop.advance(LOOK);

        assertThat(a.sent.get(0).cancelled).isTrue();
        a.sent.get(0).succeed();
        loop.advance(LOOK);
        assertThat(item(0).state()).isEqualTo(BatchState.SUCCEEDED);
    }

    @Test
    void a_node_without_a_lease_does_not_say_that_a_command_was_not_executed() {
        submitTo("a", 1, Delivery.RESUME);
        a.reaches("s");
        a.mayRun = false;
        a.sent.get(0).fail(ErrorCode.NO_CHANNEL.notExecuted("nobody is seen"));
        loop.advance(LOOK);
        assertThat(item(0).tries()).isZero();

        a.mayRun = true;
        loop.advance(LOOK);
        assertThat(a.sent).hasSize(2);
        assertThat(a.sent.get(1).log.sent()).map(SendLog.Sent::sessionId).contains("s");
    }

    @Test
    void a_batch_that_was_taken_though_the_answer_got_lost_is_run() {
        submitTo("a", 1, Delivery.RESUME);
        a.mayRun = false;
        gone.add("a");
        store.losesAnswers = true;
        loop.advance(LOOK);
        assertThat(record().claim().nodeId()).isEqualTo("b");
        assertThat(b.sent).isEmpty();

        store.losesAnswers = false;
        loop.advance(LOOK);
        loop.advance(LOOK);
        assertThat(b.sent).hasSize(1);
    }

    @Test
    void what_could_not_be_written_is_written_again_and_not_acted_upon_before() {
        submitTo("a", 1, Delivery.RESUME);
        store.losesAnswers = true;
        Future<Void> logged = a.reaches("s");
        loop.advance(LOOK);
        assertThat(logged.isComplete()).isFalse();

        store.losesAnswers = false;
        loop.advance(LOOK);
        assertThat(logged.succeeded()).isTrue();
    }

    @Test
    void a_node_that_was_cut_off_from_the_record_goes_on_with_its_batch_when_it_sees_it_again() {
        submitTo("a", 1, Delivery.RESUME);
        a.reaches("s");
        store.isParted = true; // the half of this node has no copy of it
        a.sent.get(0).succeed();
        loop.advance(Duration.ofSeconds(20));

        store.isParted = false;
        loop.advance(Duration.ofSeconds(6));
        assertThat(a.sent).hasSize(2);
        assertThat(a.sent.get(1).log.sent()).map(SendLog.Sent::sessionId).contains("s");
        a.sent.get(1).succeed();
        loop.advance(LOOK);
        assertThat(record().state()).isEqualTo(BatchState.SUCCEEDED);
    }

    @Test
    void a_cancel_of_which_nobody_is_told_is_found_in_the_end() {
        submitTo("a", 1, Delivery.RESUME);
        a.reaches("s");
        loop.advance(LOOK);
        store.tellsNobody = true;
        store.submit("batch", Claim.NONE, List.of(new BatchEvent.CancelRequested(store.clusterTime())));
        loop.advance(Duration.ofSeconds(6));

        assertThat(a.sent.get(0).cancelled).isTrue();
    }

    @Test
    void what_waits_to_be_repeated_when_the_batch_ends_is_cancelled() {
        submitTo("a", 1, Delivery.RESUME);
        a.reaches("s");
        a.sent.get(0).fail(ErrorCode.TIMEOUT.unknown("no answer"));
        loop.advance(LOOK);
        assertThat(a.sent).hasSize(2); // waits for its session to come back
        store.submit("batch", Claim.NONE, List.of(new BatchEvent.CancelRequested(store.clusterTime())));
        loop.advance(LOOK);

        assertThat(record().state()).isEqualTo(BatchState.CANCELLED);
        assertThat(a.sent.get(1).cancelled).isTrue();
    }

    @Test
    void a_node_that_stops_leaves_a_command_whose_session_moves_to_the_next_one() {
        submitTo("a", 1, Delivery.RESUME);
        a.reaches("s");
        a.runner.release(Duration.ofSeconds(5));
        loop.advance(Duration.ofMillis(50));
        a.sent.get(0).fail(ErrorCode.CHANNEL_CLOSED.unknown("its session has gone to another node"));
        loop.advance(LOOK);
        loop.advance(LOOK);

        assertThat(b.sent.get(0).log.sent()).map(SendLog.Sent::sessionId).contains("s");
    }

    @Test
    void an_observer_is_told_of_a_batch_that_has_the_id_of_one_before_and_of_one_that_is_gone() {
        BatchObservers observers = new BatchObservers(store, loop);
        List<BatchState> told = new ArrayList<>();
        List<String> missed = new ArrayList<>();
        observers.observe("batch", record -> told.add(record.state()), () -> missed.add("batch"));
        loop.advance(Duration.ofMillis(50));
        assertThat(missed).hasSize(1);
        submitTo("a", 1, Delivery.RESUME);
        store.submit("batch", Claim.NONE, List.of(new BatchEvent.CancelRequested(store.clusterTime())));
        loop.advance(Duration.ofMinutes(2));
        assertThat(told).endsWith(BatchState.CANCELLED);
        int before = told.size();

        submitTo("a", 1, Delivery.RESUME);
        assertThat(told.subList(before, told.size())).startsWith(BatchState.CREATED);
        observers.close();
    }

    @Test
    void an_ended_batch_is_kept_for_its_retention_without_what_its_commands_carried() {
        submitTo("a", 1, Delivery.RESUME);
        a.reaches("s");
        a.sent.get(0).succeed();
        loop.advance(LOOK);
        BatchRecord ended = record();
        assertThat(store.command(ended, 0).result()).isEmpty();

        loop.advance(Duration.ofSeconds(50));
        assertThat(store.read("batch").result()).isPresent();
        loop.advance(Duration.ofSeconds(15));
        assertThat(store.read("batch").result()).isEmpty();
    }
}
