package io.exchange.examples.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.exchange.api.Command;
import io.exchange.api.CommandContext;
import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.PayloadType;
import io.exchange.api.Reply;
import io.exchange.api.Route;
import io.exchange.controller.ExchangeController;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * The way in for operators: they attach as connectors of a target of their own and send the controller this command, which
 * it sends on to the target that is named in it. The quick start's {@code send} speaks it.
 *
 * @param target the target to send to
 * @param type the name of the command type
 * @param payload the request, as JSON that nobody on the way looks into
 * @param primary whether it is for the primary of the target only
 */
record Forward(String target, String type, JsonNode payload, boolean primary) {

    static final CommandType<Forward, JsonNode> TYPE = CommandType.of("forward.v1", Forward.class, JsonNode.class);

    /** The target that operators attach to. Who may is a matter of tokens. */
    static final String OPERATORS = "operators";

    /** What is left of the operator's time for the way back, so that it hears the target's outcome and not its own timeout. */
    private static final Duration WAY_BACK = Duration.ofMillis(200);

    private static final PayloadType<JsonNode> ANY_JSON = PayloadType.json(JsonNode.class);

    /** Answers operators, and nobody else, with what the target answers. */
    static void handleOn(ExchangeController controller) {
        controller.handle(TYPE, (forward, context) -> {
            if (!context.channel().targetId().equals(OPERATORS)) {
                return Future.failedFuture(context.refusal(ErrorCode.FORBIDDEN, "only operators may forward"));
            }
            return controller
                    .send(forward.target(), forward.command(context))
                    .map(Reply::payload)
                    .recover(failure -> Future.failedFuture(passedOn(failure, context)));
        });
    }

    /** What the target did not execute, nobody did: forwarding by itself changes nothing. */
    private static Throwable passedOn(Throwable failure, CommandContext context) {
        if (failure instanceof ExchangeException refused && refused.execution() == Execution.NOT_EXECUTED) {
            return context.refusal(refused.code(), refused.text());
        }
        return failure;
    }

    private Command<JsonNode, JsonNode> command(CommandContext context) {
        Command<JsonNode, JsonNode> command =
                CommandType.of(type, ANY_JSON, ANY_JSON).command(payload);
        return context.timeLeft()
                .map(left -> left.compareTo(WAY_BACK) > 0 ? left.minus(WAY_BACK) : left.plusMillis(1))
                .map(command::withTimeout)
                .orElseGet(command::withoutTimeout)
                .withRoute(primary ? Route.PRIMARY : Route.ANY);
    }
}
