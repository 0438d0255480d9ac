package io.exchange.grpc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.Grant;
import io.exchange.api.HealthCheck;
import io.exchange.api.Reply;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.grpc.GrpcWiring;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Fault 9: no flow control, a slow connector's commands pile up without bound. */
class SlowConnectorTest extends ExchangeContract {

    SlowConnectorTest() {
        super(new GrpcWiring());
    }

    @Test
    void it_is_asked_for_its_health_all_the_same_and_keeps_its_role_and_its_channel() {
        ExchangeController controller = controller(options -> options.setHealthInterval(Duration.ofMillis(20)));
        AtomicInteger asked = new AtomicInteger();
        ExchangeConnector slow = attach("slow", "s", connector -> {
            connector.handle(ECHO, (text, context) -> Promise.<String>promise().future());
            connector.handle(HealthCheck.TYPE, (query, context) -> {
                asked.incrementAndGet();
                return Future.succeededFuture(new HealthCheck.Report(true, ""));
            });
        });
        eventually("it is primary", () -> slow.grants().size() == 1);
        Grant grant = slow.grants().iterator().next();
        for (int i = 0; i < 2048; i++) {
            controller.send("slow", ECHO.command("" + i));
        }
        assertThat(failure(controller.send("slow", ECHO.command("one more"))).code())
                .isEqualTo(ErrorCode.EXHAUSTED);

        int before = asked.get();
        eventually("it is asked, again and again", () -> asked.get() > before + 20);
        assertThat(slow.grants()).containsExactly(grant);
        assertThat(observed.closed()).isEmpty();
    }

    @Test
    void beyond_what_is_in_flight_and_queued_each_sender_is_told_at_once() {
        ExchangeController controller = controller();
        Promise<Void> release = Promise.promise();
        attach(
                "slow",
                "s",
                connector -> connector.handle(
                        ECHO, (text, context) -> release.future().map(text)));
        attachEcho("quick", "q");
        List<Future<Reply<String>>> sent = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            sent.add(controller.send("slow", ECHO.command("" + i)));
        }
        assertThat(answer(controller.send("quick", ECHO.command("x")))).isEqualTo("q says x");
        List<Future<Reply<String>>> refused = sent.subList(2048, sent.size());
        for (Future<Reply<String>> reply : refused) {
            ExchangeException failure = failure(reply);
            assertThat(failure.code()).isEqualTo(ErrorCode.EXHAUSTED);
            assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
            assertThat(failure.retryAfter()).isPresent();
        }
        assertThat(sent.subList(0, 2048)).noneMatch(Future::isComplete);
        release.complete();
        for (int i = 0; i < 2048; i++) {
            assertThat(answer(sent.get(i))).isEqualTo("" + i);
        }
    }
}
