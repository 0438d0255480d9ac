package io.exchange.grpc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.Reply;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.grpc.GrpcWiring;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fault 9: no flow control, a slow connector's commands pile up without bound. */
class SlowConnectorTest extends ExchangeContract {

    SlowConnectorTest() {
        super(new GrpcWiring());
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
