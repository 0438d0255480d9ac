package io.exchange.grpc.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Reply;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A node is drained while a command runs on one of its channels that takes long. */
class HandOverTest extends ExchangeContract {

    HandOverTest() {
        super(new ClusterWiring());
    }

    @Test
    void a_long_command_goes_on_by_another_node_and_keeps_no_new_one_waiting() {
        TwoNodes nodes = (TwoNodes) controller();
        ServerTransport other = wiring().server();
        await(nodes.near().listen(other));
        Promise<Void> started = Promise.promise();
        Promise<String> answer = Promise.promise();
        AtomicInteger runs = new AtomicInteger();
        attach(options("eu", "a").addEndpoint(wiring().endpoint(other)), links(), connector -> {
            connector.handle(ECHO, (text, context) -> {
                if (!text.equals("slow")) {
                    return Future.succeededFuture(text);
                }
                runs.incrementAndGet();
                started.tryComplete();
                return answer.future();
            });
        });
        Future<Reply<String>> slow = nodes.send("eu", ECHO.command("slow"));
        await(started.future());

        ExchangeController holder = nodes.near().channels("eu").isEmpty() ? nodes.far() : nodes.near();
        await(holder.drain(Duration.ofMinutes(1)));

        assertThat(slow.isComplete()).isFalse();
        assertThat(answer(nodes.send("eu", ECHO.command("new")))).isEqualTo("new");
        answer.complete("at last");
        assertThat(answer(slow)).isEqualTo("at last");
        assertThat(runs).hasValue(1);
    }
}
