package io.exchange.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.api.Call;
import io.exchange.api.CommandContext;
import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.HandlerException;
import io.exchange.api.PayloadType;
import io.exchange.api.Reply;
import io.exchange.api.ReplyError;
import io.exchange.api.ReplyStatus;
import io.exchange.connector.ConnectorOptions;
import io.exchange.controller.ExchangeController;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the sender of a command and its handler are promised. */
public abstract class CommandContract extends ExchangeContract {

    /** An API to install. */
    public record Deploy(String api, int version) {}

    /** What was installed. */
    public record Deployed(String name, Optional<String> warning) {}

    private static final CommandType<Deploy, Deployed> DEPLOY =
            CommandType.of("deploy.v1", Deploy.class, Deployed.class);
    private static final CommandType<Integer, Integer> NUMBER =
            CommandType.of("number.v1", Integer.class, Integer.class);
    private static final CommandType<Buffer, Buffer> BYTES =
            CommandType.of("bytes.v1", PayloadType.bytes(), PayloadType.bytes());

    /** The contract for one transport. */
    protected CommandContract(Wiring wiring) {
        super(wiring);
    }

    @Test
    void a_command_gets_the_answer_of_its_handler() {
        ExchangeController controller = controller();
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        DEPLOY,
                        (deploy, context) -> Future.succeededFuture(
                                new Deployed(deploy.api() + " " + deploy.version(), Optional.of("slow")))));
        Reply<Deployed> reply = await(controller.send("eu", DEPLOY.command(new Deploy("pets", 3))));
        assertThat(reply.status()).isEqualTo(ReplyStatus.SUCCEEDED);
        assertThat(reply.payload()).isEqualTo(new Deployed("pets 3", Optional.of("slow")));
    }

    @Test
    void a_handler_that_refuses_says_why_in_its_own_words() {
        ExchangeController controller = controller();
        ReplyError noSpace = new ReplyError("no_space", "the disk is full", Map.of("free", "0", "größe", "12"));
        attach(
                "eu",
                "a",
                connector ->
                        connector.handle(ECHO, (text, context) -> Future.failedFuture(new HandlerException(noSpace))));
        Reply<String> reply = await(controller.send("eu", ECHO.command("x")));
        assertThat(reply.status()).isEqualTo(ReplyStatus.ERROR);
        assertThat(reply.error()).contains(noSpace);
        assertThatThrownBy(reply::payload).isInstanceOf(HandlerException.class);
    }

    @Test
    void a_handler_may_end_its_command_with_a_code_of_the_exchange() {
        ExchangeController controller = controller();
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        ECHO,
                        (text, context) -> Future.failedFuture(
                                ErrorCode.EXHAUSTED.notExecuted("busy").withRetryAfter(Duration.ofSeconds(7)))));
        ExchangeException failure = failure(controller.send("eu", ECHO.command("x")));
        assertThat(failure.code()).isEqualTo(ErrorCode.EXHAUSTED);
        assertThat(failure.execution()).isEqualTo(Execution.UNKNOWN); // the handler did run
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(7));
    }

    @Test
    void a_handler_that_did_nothing_may_say_so() {
        ExchangeController controller = controller();
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        ECHO, (text, context) -> Future.failedFuture(context.refusal(ErrorCode.NO_CHANNEL, "nobody"))));
        ExchangeException failure = failure(controller.send("eu", ECHO.command("x")));
        assertThat(failure.code()).isEqualTo(ErrorCode.NO_CHANNEL);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
    }

    @Test
    void whichever_refusal_of_its_context_a_handler_ends_with_and_with_a_hint_too_nothing_ran() {
        ExchangeController controller = controller();
        attach(
                "eu",
                "a",
                connector -> connector.handle(ECHO, (text, context) -> {
                    ExchangeException busy = context.refusal(ErrorCode.EXHAUSTED, "busy");
                    context.refusal(ErrorCode.NO_CHANNEL, "nobody, which is not said");
                    return Future.failedFuture(busy.withRetryAfter(Duration.ofSeconds(7)));
                }));
        ExchangeException failure = failure(controller.send("eu", ECHO.command("x")));
        assertThat(failure.code()).isEqualTo(ErrorCode.EXHAUSTED);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(7));
    }

    @Test
    void a_connector_sends_commands_to_the_controller() {
        ExchangeController controller = controller();
        controller.handle(
                ECHO,
                (text, context) ->
                        Future.succeededFuture(text + " of " + context.channel().connectorId() + " at "
                                + context.channel().targetId()));
        var connector = attachEcho("eu", "a");
        assertThat(answer(connector.send(ECHO.command("hello")))).isEqualTo("hello of a at eu");
    }

    @Test
    void a_handler_sends_back_on_the_channel_that_brought_the_command() {
        ExchangeController controller = controller();
        controller.handle(NUMBER, (number, context) -> Future.succeededFuture(number + 1));
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        ECHO,
                        (text, context) ->
                                context.channel().send(NUMBER.command(41)).map(reply -> text + " " + reply.payload())));
        assertThat(answer(controller.send("eu", ECHO.command("it is")))).isEqualTo("it is 42");
    }

    @Test
    void messages_go_both_ways_in_order_with_their_headers() {
        ExchangeController controller = controller();
        Queue<String> atController = new ConcurrentLinkedQueue<>();
        Queue<String> atConnector = new ConcurrentLinkedQueue<>();
        controller.onMessage(NEWS, (text, headers, channel) -> atController.add(text + headers));
        var connector = attach(
                "eu", "a", made -> made.onMessage(NEWS, (text, headers, channel) -> atConnector.add(text + headers)));
        for (int i = 0; i < 50; i++) {
            await(connector.send(NEWS.message("up " + i).withHeaders(Map.of("n", "" + i))));
            await(controller.send("eu", NEWS.message("down " + i).withHeaders(Map.of("n", "" + i))));
        }
        eventually("all messages came", () -> atController.size() == 50 && atConnector.size() == 50);
        assertThat(atController)
                .containsExactlyElementsOf(IntStream.range(0, 50)
                        .mapToObj(i -> "up " + i + "{n=" + i + "}")
                        .toList());
        assertThat(atConnector)
                .containsExactlyElementsOf(IntStream.range(0, 50)
                        .mapToObj(i -> "down " + i + "{n=" + i + "}")
                        .toList());
    }

    @Test
    void a_type_without_a_handler_is_unknown_and_was_not_executed() {
        ExchangeController controller = controller();
        attachEcho("eu", "a");
        ExchangeException failure = failure(controller.send("eu", NUMBER.command(1)));
        assertThat(failure.code()).isEqualTo(ErrorCode.UNKNOWN_COMMAND);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
    }

    @Test
    void the_deadline_ends_a_command_and_reaches_its_handler() {
        ExchangeController controller = controller();
        Promise<CommandContext> started = Promise.promise();
        Promise<Void> cancelled = Promise.promise();
        attach(
                "eu",
                "a",
                connector -> connector.handle(ECHO, (text, context) -> {
                    context.onCancel(cancelled::tryComplete);
                    started.tryComplete(context);
                    return Promise.<String>promise().future();
                }));
        ExchangeException failure =
                failure(controller.send("eu", ECHO.command("x").withTimeout(Duration.ofMillis(300))));
        assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(failure.execution()).isEqualTo(Execution.UNKNOWN);
        await(cancelled.future());
        assertThat(await(started.future()).isCancelled()).isTrue();
        assertThat(await(started.future()).timeLeft())
                .hasValueSatisfying(left -> assertThat(left).isBetween(Duration.ZERO, Duration.ofMillis(300)));
    }

    @Test
    void a_command_without_a_deadline_tells_its_handler_so() {
        ExchangeController controller = controller();
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        ECHO,
                        (text, context) ->
                                Future.succeededFuture(context.timeLeft().isEmpty() ? "for ever" : "not for ever")));
        assertThat(answer(controller.send("eu", ECHO.command("x").withoutTimeout())))
                .isEqualTo("for ever");
        assertThat(answer(controller.send("eu", ECHO.command("x").withTimeout(Duration.ofDays(200 * 365)))))
                .isNotEmpty();
    }

    @Test
    void id_and_headers_reach_the_handler() {
        ExchangeController controller = controller();
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        ECHO, (text, context) -> Future.succeededFuture(context.commandId() + context.headers())));
        Reply<String> reply = await(controller.send(
                "eu", ECHO.command("x").withId("order 66 / ключ").withHeaders(Map.of("traceparent", "00-ab"))));
        assertThat(reply.payload()).isEqualTo("order 66 / ключ{traceparent=00-ab}");
        assertThat(reply.commandId()).isEqualTo("order 66 / ключ");
    }

    @Test
    void one_order_key_is_handled_in_order_and_others_do_not_wait_for_it() {
        ExchangeController controller = controller();
        Queue<Integer> started = new ConcurrentLinkedQueue<>();
        Promise<Void> release = Promise.promise();
        attach(
                "eu",
                "a",
                connector -> connector.handle(NUMBER, (number, context) -> {
                    started.add(number);
                    return number == 0 ? release.future().map(number) : Future.succeededFuture(number);
                }));
        List<Future<Reply<Integer>>> inOrder = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            inOrder.add(controller.send("eu", NUMBER.command(i).withOrderKey("one")));
        }
        await(controller.send("eu", NUMBER.command(100).withOrderKey("two")));
        await(controller.send("eu", NUMBER.command(200)));
        assertThat(started).containsExactly(0, 100, 200);
        release.complete();
        await(Future.all(inOrder));
        assertThat(started.stream().filter(number -> number < 100))
                .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
    }

    @Test
    void a_blocking_command_that_is_cancelled_while_it_waits_for_a_thread_never_runs() {
        CommandType<String, String> dig = CommandType.of("dig.v1", String.class, String.class);
        CountDownLatch dug = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        ExchangeController controller = controller();
        attach("eu", "a", connector -> {
            connector.handle(ECHO, (text, context) -> {
                Promise<String> answer = Promise.promise();
                context.onCancel(() -> answer.complete(text));
                return answer.future();
            });
            connector.handleBlocking(dig, (text, context) -> {
                ran.incrementAndGet();
                dug.await();
                return text;
            });
        });
        int workers = VertxOptions.DEFAULT_WORKER_POOL_SIZE;
        for (int i = 0; i < workers; i++) {
            controller.send("eu", dig.command("x"));
        }
        eventually("all threads are taken", () -> ran.get() == workers);
        Call<String> late = controller.call("eu", dig.command("late"));
        eventually("it waits for one", () -> observed.count("started dig.v1") == workers + 1);
        Call<String> cancelledNext = controller.call("eu", ECHO.command("cancelled after it"));
        eventually("it runs", () -> observed.count("started echo.v1") == 1);
        late.cancel();
        cancelledNext.cancel();
        answer(cancelledNext.reply());
        dug.countDown();

        ExchangeException refused = failure(late.reply());
        assertThat(refused.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(refused.execution()).isEqualTo(Execution.NOT_EXECUTED);
        assertThat(ran).hasValue(workers);
    }

    @Test
    void one_at_a_time_means_strictly_one_after_the_other() {
        ExchangeController controller = controller();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Queue<Integer> replies = new ConcurrentLinkedQueue<>();
        attach(
                options("eu", "a").setMaxConcurrent(1),
                links(),
                connector -> connector.handleBlocking(NUMBER, (number, context) -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.yield();
                    running.decrementAndGet();
                    return number;
                }));
        List<Future<Reply<Integer>>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(controller.send("eu", NUMBER.command(i)).onSuccess(reply -> replies.add(reply.payload())));
        }
        await(Future.all(sent));
        assertThat(most).hasValue(1);
        assertThat(replies)
                .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void beyond_its_limits_a_channel_is_exhausted_at_once_and_says_when_to_come_again() {
        ExchangeController controller = controller(options -> options.setChannelLimits(withCommands(3, 2)));
        Promise<Void> release = Promise.promise();
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        NUMBER, (number, context) -> release.future().map(number)));
        List<Future<Reply<Integer>>> accepted = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            accepted.add(controller.send("eu", NUMBER.command(i)));
        }
        ExchangeException failure = failure(controller.send("eu", NUMBER.command(5)));
        assertThat(failure.code()).isEqualTo(ErrorCode.EXHAUSTED);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        assertThat(failure.retryAfter()).isPresent();
        release.complete();
        await(Future.all(accepted));
        assertThat(answer(controller.send("eu", NUMBER.command(6)))).isEqualTo(6);
    }

    @Test
    void a_reply_comes_on_the_context_of_the_caller() {
        ExchangeController controller = controller();
        attachEcho("eu", "a");
        Context caller = vertx.getOrCreateContext();
        Promise<Boolean> onIt = Promise.promise();
        caller.runOnContext(ignored -> controller
                .send("eu", ECHO.command("x"))
                .onComplete(reply -> onIt.complete(Vertx.currentContext() == caller)));
        assertThat(await(onIt.future())).isTrue();
    }

    @Test
    void many_threads_get_each_its_own_answers() throws InterruptedException {
        ExchangeController controller = controller();
        attach("eu", "a", connector -> connector.handle(NUMBER, (number, context) -> Future.succeededFuture(-number)));
        attach("eu", "b", connector -> connector.handle(NUMBER, (number, context) -> Future.succeededFuture(-number)));
        Queue<Future<Boolean>> right = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int first = t * 200;
            Thread thread = new Thread(() -> IntStream.range(first, first + 200)
                    .forEach(i ->
                            right.add(controller.send("eu", NUMBER.command(i)).map(reply -> reply.payload() == -i))));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(await(Future.all(List.copyOf(right))).<Boolean>list())
                .hasSize(800)
                .containsOnly(true);
    }

    @Test
    void a_cancel_before_the_start_means_that_it_never_starts() {
        ExchangeController controller = controller();
        Promise<Void> release = Promise.promise();
        Queue<Integer> started = new ConcurrentLinkedQueue<>();
        attach(
                options("eu", "a").setMaxConcurrent(1),
                links(),
                connector -> connector.handle(NUMBER, (number, context) -> {
                    started.add(number);
                    return release.future().map(number);
                }));
        Future<Reply<Integer>> first = controller.send("eu", NUMBER.command(1));
        Call<Integer> second = controller.call("eu", NUMBER.command(2));
        eventually("the first has started", () -> started.contains(1));
        second.cancel();
        ExchangeException failure = failure(second.reply());
        assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        release.complete();
        assertThat(answer(first)).isEqualTo(1);
        assertThat(answer(controller.send("eu", NUMBER.command(3)))).isEqualTo(3);
        assertThat(started).containsExactly(1, 3);
    }

    @Test
    void a_cancel_reaches_a_handler_that_may_still_say_what_it_has_done() {
        ExchangeController controller = controller();
        Promise<Void> started = Promise.promise();
        attach(
                "eu",
                "a",
                connector -> connector.handle(ECHO, (text, context) -> {
                    Promise<String> answer = Promise.promise();
                    context.onCancel(() -> answer.complete("half of " + text));
                    started.complete();
                    return answer.future();
                }));
        Call<String> call = controller.call("eu", ECHO.command("it"));
        await(started.future());
        call.cancel();
        assertThat(answer(call.reply())).isEqualTo("half of it");
    }

    @Test
    void a_handler_that_does_not_heed_a_cancel_does_not_hold_its_caller() {
        ExchangeController controller = controller();
        Promise<Void> started = Promise.promise();
        attach(
                "eu",
                "a",
                connector -> connector.handle(ECHO, (text, context) -> {
                    started.complete();
                    return Promise.<String>promise().future();
                }));
        Call<String> call = controller.call("eu", ECHO.command("it"));
        await(started.future());
        call.cancel();
        ExchangeException failure = failure(call.reply());
        assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(failure.execution()).isEqualTo(Execution.UNKNOWN);
        eventually("it counts as stuck", () -> observed.count("stuck") == 1);
    }

    @Test
    void a_large_payload_goes_and_comes_back_as_it_was() {
        ExchangeController controller = controller();
        attach("eu", "a", connector -> connector.handle(BYTES, (bytes, context) -> Future.succeededFuture(bytes)));
        Buffer large = Buffer.buffer(3 << 20);
        for (int i = 0; i < 3 << 18; i++) {
            large.appendInt(i * 7);
        }
        assertThat(answer(controller.send("eu", BYTES.command(large)))).isEqualTo(large);
        assertThat(answer(controller.send("eu", BYTES.command(Buffer.buffer()))))
                .isEqualTo(Buffer.buffer());
    }

    @Test
    void a_payload_over_the_limit_is_too_large_and_harms_nothing_else() {
        ExchangeController controller = controller(options -> options.setChannelLimits(withPayloads(200_000)));
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        BYTES,
                        (bytes, context) -> Future.succeededFuture(Buffer.buffer(new byte[bytes.length() * 2]))));
        ExchangeException request = failure(controller.send("eu", BYTES.command(Buffer.buffer(new byte[200_001]))));
        assertThat(request.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(request.execution()).isEqualTo(Execution.NOT_EXECUTED);
        ExchangeException reply = failure(controller.send("eu", BYTES.command(Buffer.buffer(new byte[150_000]))));
        assertThat(reply.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(reply.execution()).isEqualTo(Execution.UNKNOWN);
        assertThat(answer(controller.send("eu", BYTES.command(Buffer.buffer(new byte[100_000]))))
                        .length())
                .isEqualTo(200_000);
    }

    @Test
    void two_ends_may_have_different_classes_for_one_type() {
        record Pet(String api, String version) {}
        ExchangeController controller = controller();
        CommandType<Pet, Deployed> elsewhere = CommandType.of("deploy.v1", Pet.class, Deployed.class);
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        DEPLOY,
                        (deploy, context) -> Future.succeededFuture(
                                new Deployed(deploy.api() + deploy.version(), Optional.empty()))));
        assertThat(answer(controller.send("eu", elsewhere.command(new Pet("pets", "12"))))
                        .name())
                .isEqualTo("pets12");
    }

    @Test
    void a_blocking_handler_holds_up_nobody_else() {
        ExchangeController controller = controller();
        Promise<Void> release = Promise.promise();
        attach("eu", "a", connector -> {
            connector.handleBlocking(
                    ECHO, (text, context) -> await(release.future().map(text)));
            connector.handle(NUMBER, (number, context) -> Future.succeededFuture(number));
        });
        Future<Reply<String>> blocked = controller.send("eu", ECHO.command("done"));
        assertThat(answer(controller.send("eu", NUMBER.command(5)))).isEqualTo(5);
        assertThat(blocked.isComplete()).isFalse();
        release.complete();
        assertThat(answer(blocked)).isEqualTo("done");
    }

    @Test
    void an_id_that_is_on_its_way_already_is_refused_and_the_first_goes_on() {
        ExchangeController controller = controller();
        Promise<Void> release = Promise.promise();
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        NUMBER, (number, context) -> release.future().map(number)));
        Future<Reply<Integer>> first = controller.send("eu", NUMBER.command(1).withId("same"));
        ExchangeException failure =
                failure(controller.send("eu", NUMBER.command(2).withId("same")));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        release.complete();
        assertThat(answer(first)).isEqualTo(1);
    }

    @Test
    void the_same_id_to_two_targets_at_a_time_goes_to_both() {
        ExchangeController controller = controller();
        Promise<Void> release = Promise.promise();
        for (String target : List.of("eu", "us")) {
            attach(
                    target,
                    "a",
                    connector -> connector.handle(
                            ECHO, (text, context) -> release.future().map(target + context.commandId())));
        }
        Future<Reply<String>> first = controller.send("eu", ECHO.command("x").withId("same"));
        Future<Reply<String>> second = controller.send("us", ECHO.command("x").withId("same"));
        release.complete();
        assertThat(answer(second)).isEqualTo("ussame");
        assertThat(answer(first)).isEqualTo("eusame");
    }

    @Test
    void what_is_sent_before_the_connector_is_attached_waits_within_its_deadline() {
        ExchangeController controller = controller();
        controller.handle(ECHO, (text, context) -> Future.succeededFuture(text));
        ConnectorOptions options = options("eu", "a");
        var connector = connector(options, links());
        Future<Reply<String>> waits = connector.send(ECHO.command("hello"));
        ExchangeException failure = failure(connector.send(ECHO.command("x").withTimeout(Duration.ofMillis(50))));
        assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        await(connector.start());
        assertThat(answer(waits)).isEqualTo("hello");
    }
}
