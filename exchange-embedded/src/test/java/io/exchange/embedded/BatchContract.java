package io.exchange.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.api.Command;
import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.Execution;
import io.exchange.api.HandlerException;
import io.exchange.api.PayloadType;
import io.exchange.api.ReplyError;
import io.exchange.api.Route;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.Batch;
import io.exchange.controller.BatchState;
import io.exchange.controller.BatchStatus;
import io.exchange.controller.Batches;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.RetryPolicy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for batches while no node is lost. */
public abstract class BatchContract extends ExchangeContract {

    private static final RetryPolicy QUICK_RETRIES = new RetryPolicy(5, Duration.ofMillis(20), Duration.ofMillis(100));

    private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

    /** The contract for one transport. */
    protected BatchContract(Wiring wiring) {
        super(wiring);
    }

    private int run(String what) {
        return runs.computeIfAbsent(what, key -> new AtomicInteger()).incrementAndGet();
    }

    private int runs(String what) {
        return runs.getOrDefault(what, new AtomicInteger()).get();
    }

    private ExchangeConnector attachCounting(String targetId) {
        return attach(
                targetId,
                targetId + "-1",
                connector -> connector.handle(ECHO, (text, context) -> {
                    run(targetId + ":" + text);
                    return Future.succeededFuture(text);
                }));
    }

    private static Command<String, String> echo(String text) {
        return ECHO.command(text);
    }

    private static Batch batch() {
        return Batch.of("tests").withRetries(QUICK_RETRIES);
    }

    private static BatchStatus runToTheEnd(Batches batches, Batch batch) {
        return await(batches.submit(batch).compose(accepted -> batches.ended(accepted.id())));
    }

    /** Looks again and again until a batch is so. */
    private Future<Void> found(Batches batches, Batch batch, Predicate<Optional<BatchStatus>> isSo) {
        return batches.find(batch.id())
                .compose(found -> isSo.test(found)
                        ? Future.succeededFuture()
                        : vertx.timer(5, TimeUnit.MILLISECONDS).compose(passed -> found(batches, batch, isSo)));
    }

    @Test
    void every_command_of_a_batch_is_run_once_and_its_end_is_kept() {
        Batches batches = controller().batches();
        List<String> targets = List.of("eu", "us", "asia");
        targets.forEach(this::attachCounting);
        Batch batch = batch().with(targets, echo("hello")).with("eu", echo("again"));

        BatchStatus status = runToTheEnd(batches, batch);

        assertThat(status.state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(status.commands()).extracting(BatchStatus.Item::targetId).containsExactly("eu", "us", "asia", "eu");
        assertThat(status.commands()).allMatch(item -> item.state() == BatchState.SUCCEEDED && item.attempt() == 1);
        assertThat(status.endedAt()).isPresent();
        assertThat(runs.values()).allMatch(count -> count.get() == 1).hasSize(4);
        assertThat(await(batches.find(batch.id()))).contains(status);
        assertThat(await(batches.ofKey("tests"))).extracting(BatchStatus::id).contains(batch.id());
        assertThat(await(batches.find("another"))).isEmpty();
    }

    @Test
    void no_more_commands_are_under_way_than_the_batch_says() {
        Batches batches = controller().batches();
        Queue<Promise<String>> open = new ConcurrentLinkedQueue<>();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger underWay = new AtomicInteger();
        attach(
                "eu",
                "eu-1",
                connector -> connector.handle(ECHO, (text, context) -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    Promise<String> answer = Promise.promise();
                    open.add(answer);
                    vertx.runOnContext(nothing -> {
                        underWay.decrementAndGet();
                        open.poll().complete(text);
                    });
                    return answer.future();
                }));
        Batch batch = batch().withConcurrency(3);
        for (int i = 0; i < 40; i++) {
            batch = batch.with("eu", echo("text " + i));
        }

        assertThat(runToTheEnd(batches, batch).state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void with_one_at_a_time_commands_run_in_their_order() {
        Batches batches = controller().batches();
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        attach(
                "eu",
                "eu-1",
                connector -> connector.handle(ECHO, (text, context) -> {
                    order.add(text);
                    return Future.succeededFuture(text);
                }));
        List<String> texts = IntStream.range(0, 20).mapToObj(Integer::toString).toList();
        Batch batch = batch().withConcurrency(1);
        for (String text : texts) {
            batch = batch.with("eu", echo(text));
        }

        assertThat(runToTheEnd(batches, batch).state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(order).isEqualTo(texts);
    }

    @Test
    void a_handler_that_fails_is_tried_again_in_a_new_attempt() {
        Batches batches = controller().batches();
        attach(
                "eu",
                "eu-1",
                connector -> connector.handle(
                        ECHO,
                        (text, context) -> run(text) < 3
                                ? Future.failedFuture(new HandlerException(new ReplyError("busy", "not now")))
                                : Future.succeededFuture(text)));

        BatchStatus status = runToTheEnd(batches, batch().with("eu", echo("hello")));

        assertThat(status.state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(status.commands().get(0).attempt()).isEqualTo(3);
        assertThat(status.commands().get(0).tries()).isEqualTo(3);
        assertThat(runs("hello")).isEqualTo(3);
    }

    @Test
    void a_handler_that_always_fails_ends_its_command_with_what_it_says_and_no_other() {
        Batches batches = controller().batches();
        attachCounting("us");
        attach(
                "eu",
                "eu-1",
                connector -> connector.handle(ECHO, (text, context) -> {
                    run(text);
                    return Future.failedFuture(new HandlerException(new ReplyError("broken", "for good")));
                }));

        BatchStatus status = runToTheEnd(batches, batch().with(List.of("eu", "us"), echo("hello")));

        assertThat(status.state()).isEqualTo(BatchState.ERROR);
        assertThat(status.commands().get(0).error()).map(ReplyError::code).contains("broken");
        assertThat(status.commands().get(0).tries()).isEqualTo(5);
        assertThat(status.commands().get(1).state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(runs("hello")).isEqualTo(5);
    }

    @Test
    void what_another_try_cannot_mend_is_not_tried_again() {
        Batches batches = controller().batches();
        attachCounting("eu");
        CommandType<String, String> unknown = CommandType.of("unknown.v1", String.class, String.class);

        BatchStatus status = runToTheEnd(batches, batch().with("eu", unknown.command("hello")));

        BatchStatus.Item item = status.commands().get(0);
        assertThat(item.state()).isEqualTo(BatchState.ERROR);
        assertThat(item.tries()).isEqualTo(1);
        assertThat(item.failure()).map(failure -> failure.code()).contains(ErrorCode.UNKNOWN_COMMAND);
    }

    @Test
    void a_target_that_comes_late_is_reached_by_a_retry() {
        Batches batches = controller().batches();
        Batch batch = batch().withRetries(QUICK_RETRIES.withMaxTries(Integer.MAX_VALUE))
                .with("late", echo("hello"));
        await(batches.submit(batch));
        await(found(batches, batch, status -> status.orElseThrow().state() == BatchState.PENDING));
        attachCounting("late");

        assertThat(await(batches.ended(batch.id())).state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(runs("late:hello")).isEqualTo(1);
    }

    @Test
    void a_command_whose_outcome_stays_unknown_is_never_run_twice_unless_it_may_be() {
        Batches batches = controller().batches();
        attach(
                "eu",
                "eu-1",
                connector -> connector.handle(ECHO, (text, context) -> {
                    run(text);
                    return Future.failedFuture(ErrorCode.INTERNAL.unknown("nobody knows"));
                }));

        BatchStatus status = runToTheEnd(
                batches,
                batch().with("eu", echo("resume"))
                        .with("eu", echo("once").withDelivery(Delivery.AT_MOST_ONCE))
                        .with("eu", echo("anew").withDelivery(Delivery.AT_LEAST_ONCE)));

        assertThat(status.state()).isEqualTo(BatchState.ERROR);
        assertThat(status.commands())
                .allMatch(item -> item.failure().orElseThrow().execution() == Execution.UNKNOWN);
        assertThat(runs("resume")).isEqualTo(1);
        assertThat(runs("once")).isEqualTo(1);
        assertThat(runs("anew")).isEqualTo(5);
        assertThat(status.commands()).extracting(BatchStatus.Item::tries).containsExactly(5, 1, 5);
    }

    @Test
    void a_route_and_raw_bytes_hold_in_a_batch_as_elsewhere() {
        Batches batches = controller().batches();
        CommandType<Buffer, Buffer> raw = CommandType.of("raw.v1", PayloadType.bytes(), PayloadType.bytes());
        for (String connectorId : List.of("eu-1", "eu-2")) {
            attach(
                    "eu",
                    connectorId,
                    connector -> connector
                            .handle(ECHO, (text, context) -> {
                                run(connectorId);
                                return Future.succeededFuture(text);
                            })
                            .handle(raw, (bytes, context) -> {
                                run(connectorId + ":" + bytes);
                                return Future.succeededFuture(bytes);
                            }));
        }

        BatchStatus status = runToTheEnd(
                batches,
                batch().with("eu", echo("x").withRoute(Route.connector("eu-2")))
                        .with(
                                "eu",
                                raw.command(Buffer.buffer("b"))
                                        .withRoute(Route.PRIMARY)
                                        .withWaitForTarget(true)));

        assertThat(status.state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(runs("eu-2")).isEqualTo(1);
        assertThat(runs("eu-1:b") + runs("eu-2:b")).isEqualTo(1);
    }

    @Test
    void a_cancel_reaches_what_runs_and_stops_what_waits() {
        Batches batches = controller().batches();
        attach(
                "eu",
                "eu-1",
                connector -> connector.handle(ECHO, (text, context) -> {
                    run(text);
                    Promise<String> stopped = Promise.promise();
                    context.onCancel(() -> stopped.fail(ErrorCode.CANCELLED.unknown("stopped half-way")));
                    return stopped.future();
                }));
        Batch batch = batch().withConcurrency(1).with("eu", echo("first")).with("eu", echo("second"));
        await(batches.submit(batch));
        eventually("the first runs", () -> runs("first") == 1);
        await(batches.cancel(batch.id()));

        BatchStatus status = await(batches.ended(batch.id()));
        assertThat(status.state()).isEqualTo(BatchState.CANCELLED);
        assertThat(status.commands())
                .extracting(BatchStatus.Item::state)
                .containsExactly(BatchState.CANCELLED, BatchState.CANCELLED);
        assertThat(status.commands().get(0).failure().orElseThrow().execution()).isEqualTo(Execution.UNKNOWN);
        assertThat(status.commands().get(1).failure().orElseThrow().execution()).isEqualTo(Execution.NOT_EXECUTED);
        assertThat(runs("second")).isZero();
        assertThat(await(batches.cancel("another"))).isEmpty();
    }

    @Test
    void too_many_failures_spare_the_rest() {
        Batches batches = controller().batches();
        attach(
                "eu",
                "eu-1",
                connector -> connector.handle(ECHO, (text, context) -> {
                    run(text);
                    return Future.failedFuture(new HandlerException(new ReplyError("broken", "all of them")));
                }));
        Batch batch = batch().withConcurrency(1).withRetries(RetryPolicy.NONE).withMaxFailures(2);
        for (int i = 0; i < 10; i++) {
            batch = batch.with("eu", echo("text " + i));
        }

        BatchStatus status = runToTheEnd(batches, batch);

        assertThat(status.state()).isEqualTo(BatchState.ERROR);
        assertThat(status.count(BatchState.ERROR)).isEqualTo(3);
        assertThat(status.count(BatchState.CANCELLED)).isEqualTo(7);
        assertThat(runs).hasSize(3);
    }

    @Test
    void a_batch_ends_at_its_deadline() {
        Batches batches = controller().batches();
        Batch batch = batch().withRetries(QUICK_RETRIES.withMaxTries(Integer.MAX_VALUE))
                .withTime(Duration.ofMillis(300))
                .with("nobody", echo("hello"))
                .with("nobody", echo("waits").withWaitForTarget(true).withoutTimeout());

        BatchStatus status = runToTheEnd(batches, batch);

        assertThat(status.state()).isEqualTo(BatchState.ERROR);
        assertThat(status.commands())
                .allMatch(item -> item.failure().orElseThrow().execution() == Execution.NOT_EXECUTED);
    }

    @Test
    void the_same_batch_submitted_again_is_not_run_again() {
        Batches batches = controller().batches();
        attachCounting("eu");
        Batch batch = batch().withId("monday").with("eu", echo("hello"));
        runToTheEnd(batches, batch);

        BatchStatus again = await(batches.submit(batch));

        assertThat(again.state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(runs("eu:hello")).isEqualTo(1);
    }

    @Test
    void a_batch_is_forgotten_after_its_retention() {
        Batches batches = controller().batches();
        attachCounting("eu");
        Batch batch = batch().withRetention(Duration.ofMillis(1)).with("eu", echo("hello"));
        await(batches.submit(batch));

        await(found(batches, batch, Optional::isEmpty));
        assertThat(runs("eu:hello")).isEqualTo(1);
        assertThat(failure(batches.ended(batch.id())).code()).isEqualTo(ErrorCode.INVALID);
    }

    @Test
    void observers_are_told_of_each_batch_until_its_end() {
        Batches batches = controller().batches();
        attachCounting("eu");
        Queue<BatchStatus> ofKey = new ConcurrentLinkedQueue<>();
        Batches.Observation observation = batches.observeKey("observed", ofKey::add);
        batches.observeKey("others", status -> run("others"));
        Batch first = Batch.of("observed").with("eu", echo("first"));
        Batch second = Batch.of("observed").with("eu", echo("second"));
        runToTheEnd(batches, first);
        runToTheEnd(batches, second);
        eventually(
                "both ends are told",
                () -> ofKey.stream()
                                .filter(status -> status.state() == BatchState.SUCCEEDED)
                                .count()
                        == 2);
        observation.cancel();
        for (Batch batch : List.of(first, second)) {
            assertThat(ofKey.stream()
                            .filter(status -> status.id().equals(batch.id()))
                            .map(BatchStatus::version))
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
        Queue<BatchStatus> late = new ConcurrentLinkedQueue<>();
        batches.observe(first.id(), late::add);
        eventually("who comes late is told how it is", () -> late.size() == 1);
        assertThat(runs("others")).isZero();
    }

    @Test
    void an_id_given_for_several_targets_is_that_of_none_of_them() {
        Batches batches = controller().batches();
        attachCounting("eu");
        Command<String, String> named = echo("hello").withId("greeting");

        BatchStatus status =
                runToTheEnd(batches, batch().with(List.of("eu"), named).with("eu", named));

        assertThat(status.commands())
                .extracting(BatchStatus.Item::commandId)
                .containsExactly("greeting@eu", "greeting");
    }

    @Test
    void what_is_no_batch_is_refused() {
        Batches batches = controller().batches();

        assertThat(failure(batches.submit(batch())).code()).isEqualTo(ErrorCode.INVALID);
        assertThat(failure(batches.submit(batch().with("eu", echo("a").withId("same"))
                                .with("eu", echo("b").withId("same"))))
                        .code())
                .isEqualTo(ErrorCode.INVALID);
        CommandType<Object, String> unreadable = CommandType.of("unreadable.v1", Object.class, String.class);
        assertThat(failure(batches.submit(batch().with("eu", unreadable.command(new Object() {}))))
                        .code())
                .isEqualTo(ErrorCode.INVALID);
        assertThat(failure(batches.ended("unknown")).code()).isEqualTo(ErrorCode.INVALID);
        assertThatThrownBy(() -> batch().with("", echo("a"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> batch().withConcurrency(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> batch().withMaxFailures(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> batch().withTime(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> batch().withRetention(Duration.ofDays(31)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> batch().withId("x".repeat(241))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Batch.of("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_controller_that_stops_fails_those_who_wait_for_an_end() {
        ExchangeController controller = controller();
        Batch batch = batch().withRetries(QUICK_RETRIES.withMaxTries(Integer.MAX_VALUE))
                .withTime(Duration.ofSeconds(20))
                .with("nobody", echo("hello"));
        await(controller.batches().submit(batch));
        Future<BatchStatus> end = controller.batches().ended(batch.id());
        stopAll();

        assertThat(failure(end).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(failure(controller.batches().submit(batch)).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    }
}
