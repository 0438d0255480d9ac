package io.exchange.grpc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.HandlerException;
import io.exchange.api.Reply;
import io.exchange.api.ReplyError;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.embedded.Seed;
import io.exchange.grpc.GrpcWiring;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Fault 7: a handler that throws closes the connection and fails everything in flight on it. And fault 14: errors reach
 * callers as message strings.
 */
class OneHandlerFailsAllTest extends ExchangeContract {

    private static final CommandType<String, String> TROUBLE = CommandType.of("trouble.v1", String.class, String.class);

    OneHandlerFailsAllTest() {
        super(new GrpcWiring());
    }

    private static Future<String> trouble(String kind, Future<String> patience) throws Exception {
        return switch (kind) {
            case "throw" -> throw new IllegalStateException("boom");
            case "checked" -> throw new java.io.IOException("boom");
            case "error" -> throw new AssertionError("boom");
            case "overflow" -> trouble(kind, patience);
            case "fail" -> Future.failedFuture("boom");
            case "say" ->
                Future.failedFuture(
                        new HandlerException(new ReplyError("no_space", "boom", java.util.Map.of("free", "0"))));
            case "code" -> throw ErrorCode.FORBIDDEN.notExecuted("boom");
            case "nothing" -> null;
            case "null answer" -> Future.succeededFuture(null);
            case "mute" -> Promise.<String>promise().future();
            default -> patience.map(kind);
        };
    }

    @Test
    void each_failure_is_that_of_its_own_command_and_has_a_type() {
        ExchangeController controller = controller();
        Promise<String> release = Promise.promise();
        attach("eu", "a", connector -> connector.handle(TROUBLE, (kind, context) -> trouble(kind, release.future())));
        String channel = controller.channels("eu").get(0).id();
        List<String> kinds = List.of(
                "throw", "checked", "error", "overflow", "fail", "say", "code", "nothing", "null answer", "mute");
        Random chance = Seed.random();
        List<Future<Reply<String>>> bystanders = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            bystanders.add(controller.send("eu", TROUBLE.command("bystander")));
            String kind = kinds.get(chance.nextInt(kinds.size()));
            assertFailure(kind, controller.send("eu", TROUBLE.command(kind).withTimeout(timeout(kind))));
        }
        release.complete("done");
        for (Future<Reply<String>> bystander : bystanders) {
            assertThat(answer(bystander)).isEqualTo("bystander");
        }
        assertThat(controller.channels("eu").get(0).id()).isEqualTo(channel);
        assertThat(observed.closed()).isEmpty();
    }

    private static Duration timeout(String kind) {
        return kind.equals("mute") ? Duration.ofMillis(20) : Duration.ofSeconds(20);
    }

    private static void assertFailure(String kind, Future<Reply<String>> reply) {
        if (kind.equals("mute") || kind.equals("code")) {
            ExchangeException failure = failure(reply);
            assertThat(failure.code()).isEqualTo(kind.equals("mute") ? ErrorCode.TIMEOUT : ErrorCode.FORBIDDEN);
            return;
        }
        assertThat(await(reply).error()).hasValueSatisfying(error -> {
            assertThat(error.code()).isEqualTo(kind.equals("say") ? "no_space" : ReplyError.HANDLER_FAILED);
            assertThat(error.details()).hasSize(kind.equals("say") ? 1 : 0);
        });
    }
}
