package io.exchange.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.Reply;
import io.exchange.api.Route;
import io.exchange.controller.Broadcast;
import io.exchange.controller.ExchangeController;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Where a command goes, to one or to many, and what is said where nobody is. */
public abstract class RouteContract extends ExchangeContract {

    private static final CommandType<Integer, Integer> NUMBER =
            CommandType.of("number.v1", Integer.class, Integer.class);

    /** The contract for one transport. */
    protected RouteContract(Wiring wiring) {
        super(wiring);
    }

    @Test
    void nobody_listening_is_said_at_once() {
        ExchangeController controller = controller();
        attachEcho("eu", "a");
        Future<Reply<String>> reply = controller.send("us", ECHO.command("x").withoutTimeout());
        ExchangeException failure = failure(reply);
        assertThat(failure.code()).isEqualTo(ErrorCode.NO_CHANNEL);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        assertThat(failure(controller.send("us", NEWS.message("x"))).code()).isEqualTo(ErrorCode.NO_CHANNEL);
    }

    @Test
    void on_request_a_command_waits_for_its_target_to_come() {
        ExchangeController controller = controller();
        Future<Reply<String>> reply = controller.send("eu", ECHO.command("x").withWaitForTarget(true));
        eventually("it waits", () -> observed.count("waits echo.v1") == 1);
        attachEcho("eu", "a");
        assertThat(answer(reply)).isEqualTo("a says x");
        assertThat(observed.count("waits echo.v1")).isEqualTo(1);
    }

    @Test
    void who_waits_for_a_target_waits_no_longer_than_its_deadline() {
        ExchangeController controller = controller();
        ExchangeException failure = failure(
                controller.send("eu", ECHO.command("x").withWaitForTarget(true).withTimeout(Duration.ofMillis(100))));
        assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
    }

    @Test
    void commands_go_where_the_fewest_are_in_flight() {
        ExchangeController controller = controller();
        Promise<Void> release = Promise.promise();
        AtomicInteger atA = new AtomicInteger();
        AtomicInteger atB = new AtomicInteger();
        for (AtomicInteger count : List.of(atA, atB)) {
            attach(
                    "eu",
                    count == atA ? "a" : "b",
                    connector -> connector.handle(NUMBER, (number, context) -> {
                        count.incrementAndGet();
                        return release.future().map(number);
                    }));
        }
        List<Future<Reply<Integer>>> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sent.add(controller.send("eu", NUMBER.command(i)));
            int now = i + 1;
            eventually("it has been started", () -> atA.get() + atB.get() == now);
        }
        assertThat(atA).hasValue(10);
        assertThat(atB).hasValue(10);
        release.complete();
        await(Future.all(sent));
    }

    @Test
    void a_command_goes_to_the_connector_that_it_names() {
        ExchangeController controller = controller();
        attachEcho("eu", "a");
        attachEcho("eu", "b");
        for (String name : List.of("a", "b", "a")) {
            assertThat(answer(controller.send("eu", ECHO.command("hi").withRoute(Route.connector(name)))))
                    .isEqualTo(name + " says hi");
        }
        ExchangeException failure =
                failure(controller.send("eu", ECHO.command("hi").withRoute(Route.connector("c"))));
        assertThat(failure.code()).isEqualTo(ErrorCode.NO_CHANNEL);
    }

    @Test
    void a_broadcast_says_first_how_many_answers_to_expect() {
        ExchangeController controller = controller();
        attachEcho("eu", "a");
        attachEcho("us", "b");
        Broadcast<String> broadcast = controller.broadcast(List.of("eu", "us", "nowhere"), ECHO.command("hi"));
        assertThat(broadcast.expected()).isEqualTo(3);
        Queue<String> asTheyCame = new ConcurrentLinkedQueue<>();
        broadcast.onAnswer(answer -> asTheyCame.add(answer.targetId()));
        List<Broadcast.Answer<String>> answers = await(broadcast.all());
        assertThat(answers).extracting(Broadcast.Answer::targetId).containsExactly("eu", "us", "nowhere");
        assertThat(answers.get(0).result().result().payload()).isEqualTo("a says hi");
        assertThat(answers.get(1).result().result().payload()).isEqualTo("b says hi");
        assertThat(answers.get(2).result().cause())
                .isInstanceOfSatisfying(
                        ExchangeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_CHANNEL));
        assertThat(asTheyCame).containsExactlyInAnyOrder("eu", "us", "nowhere");
    }

    @Test
    void a_broadcast_ends_with_its_deadline() {
        ExchangeController controller = controller();
        attachEcho("eu", "a");
        attach(
                "eu",
                "b",
                connector -> connector.handle(
                        ECHO, (text, context) -> Promise.<String>promise().future()));
        Broadcast<String> broadcast =
                controller.broadcast("eu", ECHO.command("hi").withTimeout(Duration.ofMillis(300)));
        assertThat(broadcast.expected()).isEqualTo(2);
        List<Broadcast.Answer<String>> answers = await(broadcast.all());
        assertThat(answers).extracting(Broadcast.Answer::connectorId).containsExactlyInAnyOrder("a", "b");
        assertThat(answers)
                .filteredOn(answer -> answer.connectorId().equals("b"))
                .singleElement()
                .satisfies(answer -> assertThat(answer.result().cause())
                        .isInstanceOfSatisfying(
                                ExchangeException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT)));
    }

    @Test
    void a_broadcast_to_nobody_has_all_its_answers() {
        ExchangeController controller = controller();
        assertThat(controller.broadcast("eu", ECHO.command("hi")).expected()).isZero();
        assertThat(await(controller.broadcast(List.of(), ECHO.command("hi")).all()))
                .isEmpty();
    }

    @Test
    void a_broadcast_with_an_id_gives_every_command_its_own() {
        ExchangeController controller = controller();
        attachEcho("eu", "a");
        attachEcho("eu", "b");
        List<Broadcast.Answer<String>> answers = await(
                controller.broadcast("eu", ECHO.command("hi").withId("id")).all());
        assertThat(answers)
                .extracting(answer -> answer.result().result().commandId())
                .doesNotHaveDuplicates();
    }

    @Test
    void a_broadcast_that_cannot_be_sent_to_all_is_sent_to_nobody() {
        ExchangeController controller = controller();
        attachEcho("eu", "a");
        String longest = "x".repeat(256);
        assertThatThrownBy(() -> controller.broadcast(
                        List.of("eu", "us"), ECHO.command("hi").withId(longest)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> controller.broadcast(List.of("eu", ""), ECHO.command("hi")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(answer(controller.send("eu", ECHO.command("hi")))).isEqualTo("a says hi");
        assertThat(observed.count("started echo.v1")).isEqualTo(1);
    }
}
