package io.exchange.grpc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Exchange;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.embedded.Seed;
import io.exchange.embedded.Wiring;
import io.exchange.grpc.GrpcWiring;
import io.exchange.protocol.ChannelLimits;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every command is promised, over real connections through a proxy that cuts, stalls, delays and half-closes them by a
 * schedule drawn from a seed.
 */
class UnreliableNetworkTest extends ExchangeContract {

    private static final ChannelLimits LIMITS = new ChannelLimits(
            Duration.ofMillis(100), 8, Duration.ofSeconds(1), Duration.ofSeconds(1), 256, 256, 1 << 20);
    private static final int FAULTS = 16;
    private static final int COMMANDS = 3000;
    private static final int PER_BURST = 20;

    private static final FlakyWiring WIRING = new FlakyWiring();
    private final Random chance = Seed.random();
    private final Map<String, FlakyCommand> commands = new ConcurrentHashMap<>();

    UnreliableNetworkTest() {
        super(WIRING);
    }

    @Test
    void every_command_ends_once_and_runs_once_at_the_most_and_all_works_again_after_the_faults() {
        ExchangeController controller = controller(options -> options.setChannelLimits(LIMITS));
        handle(controller);
        List<ExchangeConnector> connectors = new ArrayList<>();
        for (String id : List.of("a", "b")) {
            connectors.add(attach("eu", id, this::handle));
        }
        Future<Void> faults = fault(WIRING.proxy(), FAULTS);
        Future<Void> traffic = sendBursts(controller, connectors, COMMANDS / PER_BURST);
        await(faults);
        await(traffic);
        commands.values().forEach(UnreliableNetworkTest::awaitEnd);

        assertAllIsWell(controller, connectors);
        List<String> complaints = new ArrayList<>();
        commands.values().forEach(command -> complaints.addAll(command.complaints()));
        assertThat(complaints).isEmpty();
        assertThat(observed.count("resumed")).isPositive();
        assertNothingIsPending(controller, connectors);
    }

    private void handle(Exchange exchange) {
        exchange.handle(
                FlakyCommand.WORK,
                (request, context) -> commands.get(context.commandId()).work(vertx, context));
        exchange.handle(
                FlakyCommand.FLOW,
                (request, context) -> commands.get(context.commandId()).flow(context));
    }

    private Future<Void> fault(FlakyProxy proxy, int left) {
        if (left == 0) {
            return Future.succeededFuture();
        }
        FlakyProxy.Fault[] kinds = FlakyProxy.Fault.values();
        FlakyProxy.Fault kind = kinds[(left + chance.nextInt(2)) % kinds.length];
        Duration time = Duration.ofMillis(50 + chance.nextInt(1000));
        long wait = 50 + chance.nextInt(450);
        return vertx.timer(wait, TimeUnit.MILLISECONDS).compose(rung -> {
            proxy.suffer(kind, time);
            return fault(proxy, left - 1);
        });
    }

    private Future<Void> sendBursts(ExchangeController controller, List<ExchangeConnector> connectors, int left) {
        if (left == 0) {
            return Future.succeededFuture();
        }
        for (int i = 0; i < PER_BURST; i++) {
            FlakyCommand command = new FlakyCommand("c" + commands.size(), chance);
            int sender = chance.nextInt(4);
            send(command, controller, sender < 2 ? null : connectors.get(sender - 2));
        }
        return vertx.timer(1 + chance.nextInt(60), TimeUnit.MILLISECONDS)
                .compose(rung -> sendBursts(controller, connectors, left - 1));
    }

    private void send(FlakyCommand command, ExchangeController controller, ExchangeConnector connector) {
        commands.put(command.id, command);
        if (connector == null) {
            command.sent(
                    vertx,
                    command.flows()
                            ? controller.open("eu", FlakyCommand.FLOW, command.command())
                            : controller.call("eu", command.command()));
        } else {
            command.sent(
                    vertx,
                    command.flows()
                            ? connector.open(FlakyCommand.FLOW, command.command())
                            : connector.call(command.command()));
        }
    }

    private static void awaitEnd(FlakyCommand command) {
        await(command.reply().transform(ended -> Future.succeededFuture()));
    }

    private void assertAllIsWell(ExchangeController controller, List<ExchangeConnector> connectors) {
        eventually("both are attached again", () -> controller.channels("eu").size() == 2);
        List<FlakyCommand> after = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            FlakyCommand down = new FlakyCommand("after, down " + i);
            FlakyCommand up = new FlakyCommand("after, up " + i);
            send(down, controller, null);
            send(up, controller, connectors.get(i % 2));
            after.addAll(List.of(down, up));
        }
        for (FlakyCommand command : after) {
            assertThat(await(command.reply()).succeeded())
                    .as(command.toString())
                    .isTrue();
        }
    }

    /** What drains is done at once only if nothing is left in flight in either direction. */
    private static void assertNothingIsPending(ExchangeController controller, List<ExchangeConnector> connectors) {
        await(connectors.get(0).drain(Duration.ofMinutes(5)));
        await(controller.stop(Duration.ofMinutes(5)));
    }

    /** gRPC by way of the proxy. */
    private static final class FlakyWiring implements Wiring {

        private final GrpcWiring grpc = new GrpcWiring();
        private Vertx vertx;
        private FlakyProxy proxy;

        FlakyProxy proxy() {
            return proxy;
        }

        @Override
        public ServerTransport server() {
            proxy = null;
            return grpc.server();
        }

        @Override
        public ClientTransport client(Vertx inVertx, ServerTransport server) {
            vertx = inVertx;
            return grpc.client(inVertx, server);
        }

        @Override
        public String endpoint(ServerTransport server) {
            if (proxy == null) {
                proxy = new FlakyProxy(vertx, URI.create(grpc.endpoint(server)).getPort());
            }
            return "http://127.0.0.1:" + proxy.port();
        }
    }
}
