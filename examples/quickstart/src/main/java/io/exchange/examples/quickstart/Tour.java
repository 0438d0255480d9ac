package io.exchange.examples.quickstart;

import io.exchange.api.Command;
import io.exchange.api.Reply;
import io.exchange.api.Route;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.Broadcast;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.EmbeddedTransport;
import io.exchange.examples.quickstart.GatewayCommands.AskStatus;
import io.exchange.examples.quickstart.GatewayCommands.Deploy;
import io.exchange.examples.quickstart.GatewayCommands.Deployed;
import io.exchange.examples.quickstart.GatewayCommands.Status;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcServerTransport;
import io.exchange.grpc.GrpcTransport;
import io.exchange.protocol.ChannelLimits;
import io.exchange.transport.ClientTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What an exchange does, shown in one process: deploy to each target, ask all for their status, lose a primary, go on.
 *
 * <p>It tells its story on the main thread and waits there for one thing after the other, as only a command-line program
 * may: on an event loop one would chain the futures instead.
 */
final class Tour {

    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration HEARTBEAT = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String DOCUMENT = "parcel-shipping.json";
    private static final String EU = "gateway-eu";
    private static final String US = "gateway-us";

    private final PrintWriter out;
    private final Threads threads = new Threads();
    private final Vertx vertx = Vertx.vertx();
    private final ExchangeController controller = ExchangeController.create(
            vertx,
            new ControllerOptions()
                    .setFreshStart(true)
                    .setChannelLimits(ChannelLimits.DEFAULT.withLease(LEASE).withHeartbeatInterval(HEARTBEAT)));
    private final ClientTransport grpc = GrpcTransport.client(vertx, new GrpcClientOptions());
    private final EmbeddedTransport embedded = EmbeddedTransport.create();

    Tour(PrintWriter out) {
        this.out = out;
    }

    /** Gives the exit code: 0, or 1 if a thread is left. */
    int run() throws Exception {
        try {
            tour();
        } finally {
            await(controller.stop().eventually(grpc::close).eventually(vertx::close));
        }
        List<Thread> left = threads.left(PATIENCE);
        say("The end", left.isEmpty() ? "all stopped, no thread left" : "threads are left: " + left);
        return left.isEmpty() ? 0 : 1;
    }

    private void tour() throws IOException, TimeoutException {
        String endpoint = listen();
        Gateway first = attach(EU, "eu-1", grpc, endpoint);
        await(first.firstTerm());
        Gateway second = attach(EU, "eu-2", grpc, endpoint);
        Gateway third = attach(US, "us-1", embedded.client(), "embedded");
        await(third.firstTerm());
        introduce(first, "over gRPC");
        introduce(second, "over gRPC");
        introduce(third, "embedded");

        String document = document();
        say("Document", "%s, %d KB", DOCUMENT, document.length() / 1000);
        deploy(EU, document);
        deploy(US, document);
        askStatus();
        failOver(first, second);
        deploy(EU, document);

        await(Future.join(second.connector().stop(), third.connector().stop()));
    }

    private String listen() throws TimeoutException {
        GrpcServerTransport server = GrpcTransport.server(new GrpcServerOptions().setPort(0));
        await(controller.listen(server).compose(listening -> controller.listen(embedded)));
        String endpoint = "http://127.0.0.1:" + server.actualPort();
        say(
                "Controller",
                "listens on %s, lease %d s, heartbeat %d ms",
                endpoint,
                LEASE.toSeconds(),
                HEARTBEAT.toMillis());
        return endpoint;
    }

    private Gateway attach(String target, String id, ClientTransport transport, String endpoint)
            throws TimeoutException {
        ConnectorOptions options =
                new ConnectorOptions().setTargetId(target).setConnectorId(id).addEndpoint(endpoint);
        Gateway gateway = new Gateway(id, ExchangeConnector.create(vertx, transport, options));
        await(gateway.connector().start().compose(started -> gateway.connector().connected()));
        return gateway;
    }

    private void introduce(Gateway gateway, String how) {
        String target = gateway.id().startsWith("eu") ? EU : US;
        say("Attached", "%s: %s %s, %s", target, gateway.id(), how, role(gateway.term()));
    }

    private static String role(long term) {
        return term > 0 ? "primary under term " + term : "standing by";
    }

    private static String document() throws IOException {
        try (InputStream resource = Tour.class.getResourceAsStream("/" + DOCUMENT)) {
            return new String(Objects.requireNonNull(resource).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void deploy(String target, String document) throws TimeoutException {
        Command<Deploy, Deployed> command =
                GatewayCommands.DEPLOY.command(new Deploy(document)).withRoute(Route.PRIMARY);
        long start = System.nanoTime();
        Reply<Deployed> reply = await(controller.send(target, command));
        Deployed deployed = reply.payload();
        say(
                "Deployed",
                "%s: %s has taken %s %s: %d operations, %d schemas, SHA-256 %.8s… [%s]",
                target,
                deployed.connector(),
                deployed.title(),
                deployed.version(),
                deployed.operations(),
                deployed.schemas(),
                deployed.digest(),
                since(start));
    }

    private void askStatus() throws TimeoutException {
        long start = System.nanoTime();
        Broadcast<Status> asked =
                controller.broadcast(List.of(EU, US), GatewayCommands.STATUS.command(new AskStatus()));
        say("Status", "asked of both targets, %d answers expected", asked.expected());
        asked.onAnswer(answer -> {
            Status status = answer.result().result().payload();
            String apis = String.join(", ", status.apis());
            say(
                    "",
                    "%s: %s is %s, has %s [%s]",
                    answer.targetId(),
                    status.connector(),
                    role(status.term()),
                    apis.isEmpty() ? "no API" : apis,
                    since(start));
        });
        await(asked.all());
    }

    private void failOver(Gateway first, Gateway second) throws TimeoutException {
        long start = System.nanoTime();
        say(
                "Crash",
                "%s: the connection of %s is cut without a word; another may follow once its lease has ended",
                EU,
                first.id());
        await(first.connector().abort());
        long before = await(first.firstTerm());
        long after = await(second.firstTerm());
        say(
                "Failover",
                "%s: %s took over from %s, term %d after %d [%s]",
                EU,
                second.id(),
                first.id(),
                after,
                before,
                since(start));
    }

    private void say(String topic, String text, Object... values) {
        out.printf(Locale.ROOT, "%-11s" + text + "%n", prepend(topic, values));
        out.flush();
    }

    private static Object[] prepend(String topic, Object[] values) {
        Object[] all = new Object[values.length + 1];
        all[0] = topic;
        System.arraycopy(values, 0, all, 1, values.length);
        return all;
    }

    private static String since(long startNanos) {
        return String.format(Locale.ROOT, "%.1f ms", (System.nanoTime() - startNanos) / 1e6);
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
