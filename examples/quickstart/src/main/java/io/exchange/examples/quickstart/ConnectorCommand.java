package io.exchange.examples.quickstart;

import io.exchange.api.Channel;
import io.exchange.api.CloseReason;
import io.exchange.api.ExchangeObserver;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcTransport;
import io.exchange.transport.ClientTransport;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A gateway with its connector as a process. */
@Command(
        name = "connector",
        description = {
            "Runs a gateway that answers deploy.v1 and status.v1 until Ctrl-C or SIGTERM. It need not find a controller when"
                    + " it starts: it goes on trying, and attaches again whenever it loses its channel. It ends with exit code"
                    + " 1 if a controller refuses it for good. A stop is orderly: it gives up being primary, and commands in"
                    + " flight may end, for up to 10 seconds.",
            ""
        })
final class ConnectorCommand implements Callable<Integer> {

    @Option(
            names = "--target",
            paramLabel = "TARGET",
            required = true,
            description = "The target that it speaks for, gateway-eu for one.")
    private String target = "";

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8470",
            description =
                    "Where the controller listens; give it again for more controllers. Default: ${DEFAULT-VALUE}.")
    private List<String> endpoints = List.of();

    @Option(
            names = "--id",
            paramLabel = "ID",
            description =
                    "The connector id, by which it is known again after a restart. Default: target and process id.")
    private @Nullable String id;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "Something to say of itself; may be given again.")
    private Map<String, String> labels = Map.of();

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
        try (StopSignal signal = new StopSignal()) {
            Vertx vertx = Vertx.vertx();
            try {
                return run(vertx, signal);
            } finally {
                vertx.close().await();
                say("stopped");
            }
        }
    }

    private int run(Vertx vertx, StopSignal signal) throws InterruptedException {
        ClientTransport transport = GrpcTransport.client(vertx, new GrpcClientOptions());
        ConnectorOptions options = options().setObserver(new Narrator(signal));
        ExchangeConnector connector = ExchangeConnector.create(vertx, transport, options);
        new Gateway(options.getConnectorId(), connector);
        connector.onPrimary(term -> say("primary under term " + term));
        connector.onSecondary(() -> say("not primary any more"));
        connector.start().await();
        say(options.getConnectorId() + " of " + target + " is running");
        int exitCode = signal.await();
        say("stopping");
        connector.stop().await();
        return exitCode;
    }

    private ConnectorOptions options() {
        String connectorId = Optional.ofNullable(id)
                .orElseGet(() -> target + "-" + ProcessHandle.current().pid());
        ConnectorOptions options = new ConnectorOptions()
                .setTargetId(target)
                .setConnectorId(connectorId)
                .setEndpoints(endpoints)
                .setLabels(labels)
                .setBackoffMost(Duration.ofSeconds(5));
        Optional.ofNullable(token).ifPresent(options::setToken);
        return options;
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }

    /** Prints how the connector does, and asks the process to stop once a controller has refused it for good. */
    private final class Narrator implements ExchangeObserver {

        private final StopSignal signal;

        Narrator(StopSignal signal) {
            this.signal = signal;
        }

        @Override
        public void channelOpened(Channel channel) {
            say("attached by channel " + channel.id());
        }

        @Override
        public void channelClosed(Channel channel, CloseReason reason) {
            say("the channel ended: " + reason);
            stopIfFinal(reason);
        }

        @Override
        public void attachRefused(CloseReason reason) {
            say("refused: " + reason);
            stopIfFinal(reason);
        }

        @Override
        public void reconnecting(String targetId, CloseReason reason, Duration delay) {
            say("no channel: " + reason.message() + "; trying again in " + delay.toMillis() + " ms");
        }

        private void stopIfFinal(CloseReason reason) {
            if (reason.next() == CloseReason.Next.STOP) {
                signal.ask(1);
            }
        }
    }
}
