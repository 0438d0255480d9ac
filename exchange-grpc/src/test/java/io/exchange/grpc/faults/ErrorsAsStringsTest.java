package io.exchange.grpc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CommandContext;
import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.HandlerException;
import io.exchange.api.Reply;
import io.exchange.api.ReplyError;
import io.exchange.api.ReplyStatus;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.grpc.GrpcWiring;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Fault 14: errors reach callers as message strings. */
class ErrorsAsStringsTest extends ExchangeContract {

    private static final CommandType<String, String> WORK = CommandType.of("work.v1", String.class, String.class);
    private static final ReplyError NO_SPACE =
            new ReplyError("no_space", "only; 3: left", Map.of("free", "3", "unit", "MiB; or so"));

    ErrorsAsStringsTest() {
        super(new GrpcWiring());
    }

    private static Future<String> work(String how, CommandContext context) {
        return switch (how) {
            case "in its own words" -> Future.failedFuture(new HandlerException(NO_SPACE));
            case "refused" -> Future.failedFuture(context.refusal(ErrorCode.EXHAUSTED, "no place"));
            case "by a code" -> Future.failedFuture(ErrorCode.FORBIDDEN.notExecuted("not for you"));
            default -> Future.failedFuture("EXHAUSTED (not executed): only a text");
        };
    }

    @Test
    void callers_at_either_end_branch_on_codes_and_details_and_never_on_texts() {
        ExchangeController controller = controller();
        controller.handle(WORK, ErrorsAsStringsTest::work);
        ExchangeConnector connector = attach("eu", "a", answering -> answering.handle(WORK, ErrorsAsStringsTest::work));
        assertTyped(how -> controller.send("eu", WORK.command(how)));
        assertTyped(how -> connector.send(WORK.command(how)));
    }

    private static void assertTyped(Function<String, Future<Reply<String>>> send) {
        Reply<String> own = await(send.apply("in its own words"));
        assertThat(own.status()).isEqualTo(ReplyStatus.ERROR);
        assertThat(own.error()).contains(NO_SPACE);
        Reply<String> text = await(send.apply("with a text"));
        assertThat(text.error())
                .hasValueSatisfying(error -> assertThat(error.code()).isEqualTo(ReplyError.HANDLER_FAILED));
        ExchangeException refused = failure(send.apply("refused"));
        assertThat(refused.code()).isEqualTo(ErrorCode.EXHAUSTED);
        assertThat(refused.execution()).isEqualTo(Execution.NOT_EXECUTED);
        ExchangeException byCode = failure(send.apply("by a code"));
        assertThat(byCode.code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(byCode.execution()).isEqualTo(Execution.UNKNOWN);
    }

    @Test
    void what_the_exchange_itself_refuses_has_a_code_and_says_whether_it_ran() {
        ExchangeController controller = controller(options -> options.setChannelLimits(withPayloads(1 << 20)));
        attachEcho("eu", "a");
        assertRefused(controller.send("nobody", ECHO.command("x")), ErrorCode.NO_CHANNEL);
        assertRefused(controller.send("eu", WORK.command("x")), ErrorCode.UNKNOWN_COMMAND);
        assertRefused(controller.send("eu", ECHO.command("x".repeat(2 << 20))), ErrorCode.TOO_LARGE);
    }

    private static void assertRefused(Future<Reply<String>> reply, ErrorCode code) {
        ExchangeException failure = failure(reply);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
    }
}
