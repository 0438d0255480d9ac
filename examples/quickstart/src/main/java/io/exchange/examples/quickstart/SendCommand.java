package io.exchange.examples.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.exchange.api.CloseReason;
import io.exchange.api.Command;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.Reply;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcTransport;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command from the command line to a target. */
@CommandLine.Command(
        name = "send",
        description = {
            "Sends one command to a target and prints the answer as JSON.",
            "",
            "How it gets in: it attaches to the controller like a gateway does, as a connector of the target 'operators', and"
                    + " sends the controller a command forward.v1, whose handler sends yours on to TARGET and returns the"
                    + " answer.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:The answer is on standard output.",
            "1:The handler ran and says that it failed.",
            "2:The command line is wrong.",
            "3:There is no answer, and the command was not executed: sending it again is safe.",
            "4:There is no answer, and the command may have been executed."
        })
final class SendCommand implements Callable<Integer> {

    private static final int HANDLER_FAILED = 1;
    private static final int NOT_EXECUTED = 3;
    private static final int UNKNOWN = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(paramLabel = "TARGET", description = "The target, gateway-eu for one.")
    private String target = "";

    @Parameters(paramLabel = "TYPE", description = "The command type: status.v1 or deploy.v1 here.")
    private String type = "";

    @Parameters(
            paramLabel = "JSON",
            description =
                    "The request: '{}' for status.v1, '{\"definition\": \"…\"}' for deploy.v1; - reads it from standard input.")
    private String json = "";

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8470",
            description = "Where the controller listens. Default: ${DEFAULT-VALUE}.")
    private String endpoint = "";

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long to wait for the answer. Default: ${DEFAULT-VALUE}.")
    private int timeoutSeconds;

    @Option(names = "--primary", description = "Only to the primary of the target; else to any connector of it.")
    private boolean primary;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:EXCHANGE_TOKEN}",
            description = "What the controller wants to see. Default: the environment variable EXCHANGE_TOKEN.")
    private @Nullable String token;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (timeoutSeconds < 1) {
            throw new ParameterException(spec.commandLine(), "--timeout must be at least 1 second");
        }
        JsonNode request = request();
        Vertx vertx = Vertx.vertx();
        try {
            return send(vertx, new Forward(target, type, request, primary));
        } finally {
            vertx.close().await();
        }
    }

    private JsonNode request() throws IOException {
        String text = json.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : json;
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ParameterException(spec.commandLine(), "JSON is not valid: " + e.getOriginalMessage(), e);
        }
    }

    private int send(Vertx vertx, Forward forward) {
        Promise<Void> attached = Promise.promise();
        ConnectorOptions options = new ConnectorOptions()
                .setTargetId(Forward.OPERATORS)
                .setConnectorId("operator-" + UUID.randomUUID())
                .setRoles(Set.of())
                .addEndpoint(endpoint)
                .setObserver(new FirstFailure(attached));
        Optional.ofNullable(token).ifPresent(options::setToken);
        ExchangeConnector connector =
                ExchangeConnector.create(vertx, GrpcTransport.client(vertx, new GrpcClientOptions()), options);
        connector.connected().onSuccess(attached::tryComplete);
        Command<Forward, JsonNode> command =
                Forward.TYPE.command(forward).withTimeout(Duration.ofSeconds(timeoutSeconds));
        return connector
                .start()
                .compose(started -> attached.future())
                .compose(ready -> connector.send(command))
                .map(this::printed)
                .otherwise(this::explained)
                .eventually(connector::stop)
                .await();
    }

    private int printed(Reply<JsonNode> reply) {
        reply.error()
                .ifPresentOrElse(
                        error -> complain(error.code() + ": " + error.message()),
                        () -> spec.commandLine()
                                .getOut()
                                .println(reply.payload().toPrettyString()));
        return reply.succeeded() ? 0 : HANDLER_FAILED;
    }

    private int explained(Throwable failure) {
        complain(String.valueOf(failure.getMessage()));
        boolean mayHaveRun = failure instanceof ExchangeException known && known.execution() == Execution.UNKNOWN;
        return mayHaveRun ? UNKNOWN : NOT_EXECUTED;
    }

    private void complain(String message) {
        spec.commandLine().getErr().println(spec.commandLine().getColorScheme().errorText(message));
    }

    /** Whoever sends one command wants to know at once that there is no controller, and not only at the deadline. */
    private final class FirstFailure implements ExchangeObserver {

        private final Promise<Void> attached;

        FirstFailure(Promise<Void> attached) {
            this.attached = attached;
        }

        @Override
        public void attachRefused(CloseReason reason) {
            attached.tryFail("the controller at " + endpoint + " refuses: " + reason.message() + hint(reason));
        }

        @Override
        public void reconnecting(String targetId, CloseReason reason, Duration delay) {
            attached.tryFail(
                    reason.message() + ". Start a controller there with the command 'controller', or name another"
                            + " place with --endpoint.");
        }

        private static String hint(CloseReason reason) {
            return reason.code() == CloseReason.Code.UNAUTHENTICATED ? ". Give the controller's --token." : "";
        }
    }
}
