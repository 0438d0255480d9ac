package io.exchange.grpc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.Reply;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.embedded.Links;
import io.exchange.embedded.Seed;
import io.exchange.grpc.GrpcWiring;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Fault 3: a command whose sender has long been told "timeout" stays queued, and runs when the target comes back. And fault 8:
 * the deadline is not on the wire.
 */
class LateCommandsRunTest extends ExchangeContract {

    private static final CommandType<Integer, Integer> NUMBER =
            CommandType.of("number.v1", Integer.class, Integer.class);

    LateCommandsRunTest() {
        super(new GrpcWiring());
    }

    @Test
    void what_timed_out_while_the_target_was_away_never_runs() {
        ExchangeController controller = controller();
        Queue<Integer> ran = new ConcurrentLinkedQueue<>();
        Links links = links();
        attach(
                options("eu", "a"),
                links,
                connector -> connector.handle(NUMBER, (number, context) -> {
                    ran.add(number);
                    return Future.succeededFuture(number);
                }));
        links.down();
        eventually("the channel is lost", () -> controller.channels("eu").isEmpty());
        Random chance = Seed.random();
        Map<Integer, Future<Reply<Integer>>> impatient = new TreeMap<>();
        List<Future<Reply<Integer>>> patient = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            if (chance.nextBoolean()) {
                patient.add(controller.send("eu", NUMBER.command(i)));
            } else {
                Duration timeout = Duration.ofMillis(1 + chance.nextInt(200));
                impatient.put(i, controller.send("eu", NUMBER.command(i).withTimeout(timeout)));
            }
        }
        impatient.forEach((number, reply) -> {
            ExchangeException failure = failure(reply);
            assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT);
            assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        });
        links.up();
        await(Future.all(patient));
        assertThat(ran).hasSize(patient.size()).doesNotContainAnyElementsOf(impatient.keySet());
    }

    @Test
    void what_waits_at_the_side_of_the_handler_does_not_start_after_its_deadline() {
        ExchangeController controller = controller();
        Queue<Long> startedTooLate = new ConcurrentLinkedQueue<>();
        attach(
                options("eu", "a").setMaxConcurrent(1),
                links(),
                connector -> connector.handle(NUMBER, (number, context) -> {
                    context.timeLeft()
                            .filter(left -> left.isZero() || left.isNegative())
                            .ifPresent(left -> startedTooLate.add(left.toNanos()));
                    return vertx.timer(10, TimeUnit.MILLISECONDS).map(number);
                }));
        Random chance = Seed.random();
        List<Future<ErrorCode>> ends = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Duration timeout = Duration.ofMillis(1 + chance.nextInt(400));
            ends.add(controller
                    .send("eu", NUMBER.command(i).withTimeout(timeout))
                    .map(reply -> ErrorCode.INTERNAL)
                    .otherwise(e -> ((ExchangeException) e).code()));
        }
        List<ErrorCode> codes = await(Future.all(ends)).list();
        assertThat(codes).containsOnly(ErrorCode.INTERNAL, ErrorCode.TIMEOUT).contains(ErrorCode.TIMEOUT);
        assertThat(startedTooLate).isEmpty();
        assertThat(observed.count("started number.v1")).isLessThan(100);
    }

    @Test
    void a_handler_knows_until_when_somebody_waits() {
        ExchangeController controller = controller();
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        NUMBER,
                        (number, context) -> Future.succeededFuture(
                                (int) context.timeLeft().orElseThrow().toSeconds())));
        assertThat(answer(controller.send("eu", NUMBER.command(0).withTimeout(Duration.ofHours(1)))))
                .isBetween(3500, 3600);
    }
}
