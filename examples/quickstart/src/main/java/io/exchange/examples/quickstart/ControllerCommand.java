package io.exchange.examples.quickstart;

import io.exchange.api.Authenticator;
import io.exchange.api.Identity;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.Target;
import io.exchange.controller.TargetChange;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcServerTransport;
import io.exchange.grpc.GrpcTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A controller as a process. */
@Command(
        name = "controller",
        description = {
            "Runs a controller until Ctrl-C or SIGTERM and prints what happens to its targets. A stop is orderly: connectors"
                    + " are told, and commands in flight may end, for up to 10 seconds.",
            ""
        })
final class ControllerCommand implements Callable<Integer> {

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8470",
            description = "Port to listen on, 0 for any that is free. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description =
                    "Address to listen on. Default: ${DEFAULT-VALUE}. Any that other machines can reach needs --token.")
    private String host = "";

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:EXCHANGE_TOKEN}",
            description =
                    "What every connector has to show. Default: the environment variable EXCHANGE_TOKEN; without either,"
                            + " anyone on this machine may attach. This example speaks no TLS: do not send the token over a network"
                            + " that you do not trust.")
    private @Nullable String token;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        GrpcServerTransport server =
                GrpcTransport.server(new GrpcServerOptions().setHost(host).setPort(port));
        if (server.beyondLoopback() && token == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "other machines can reach " + host + ": give a --token that connectors must show");
        }
        try (StopSignal signal = new StopSignal()) {
            Vertx vertx = Vertx.vertx();
            try {
                return run(ExchangeController.create(vertx, options()), server, signal);
            } finally {
                vertx.close().await();
                say("stopped");
            }
        }
    }

    private ControllerOptions options() {
        ControllerOptions options = new ControllerOptions();
        Optional.ofNullable(token)
                .map(secret -> Authenticator.staticTokens(Map.of(secret, Identity.unrestricted("token"))))
                .ifPresent(options::setAuthenticator);
        return options;
    }

    private int run(ExchangeController controller, GrpcServerTransport server, StopSignal signal)
            throws InterruptedException {
        Forward.handleOn(controller);
        controller.onTargetChange(this::print);
        controller.listen(server).recover(this::cannotListen).await();
        say("listening on http://" + host + ":" + server.actualPort());
        int exitCode = signal.await();
        say("stopping");
        controller.stop().await();
        return exitCode;
    }

    private Future<Void> cannotListen(Throwable cause) {
        return Future.failedFuture("cannot listen on " + host + ":" + port + " (" + cause.getMessage()
                + "). Is another controller running? --port=0 takes any port that is free.");
    }

    /** Operators come and go with each command that is sent, and are not worth a line. */
    private void print(TargetChange change) {
        if (change.targetId().equals(Forward.OPERATORS)) {
            return;
        }
        String who = change.connector().map(Target.Connector::connectorId).orElse("");
        String slot = change.grant()
                .map(grant -> grant.role() + ", term " + grant.term())
                .orElse("");
        say((change.targetId() + ": " + what(change) + " " + who + " " + slot).strip());
    }

    private static String what(TargetChange change) {
        return change.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
