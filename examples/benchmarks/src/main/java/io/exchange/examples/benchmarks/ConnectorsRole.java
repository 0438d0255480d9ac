package io.exchange.examples.benchmarks;

import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcTransport;
import io.exchange.transport.ClientTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Any number of connectors, each with a target and a connection of its own, that answer. */
final class ConnectorsRole implements Role {

    static final String NAME = "connectors";

    private static final Duration LONG = Duration.ofMinutes(2);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final ClientTransport transport =
            GrpcTransport.client(vertx, new GrpcClientOptions().setConnectTimeout(LONG));
    private final List<ExchangeConnector> connectors = new ArrayList<>();
    private final AtomicLong leasesLost = new AtomicLong();

    private @Nullable Executions executions;

    @Override
    public JsonObject answer(String what, JsonObject with) throws Exception {
        return switch (what) {
            case "attach" -> attach(Crowd.of(with, connectors.size()));
            case "count" -> count(with.getString("file"));
            case "detach" -> detach();
            case "tell losses" -> new JsonObject().put("leases", leasesLost.get());
            default -> throw Role.unknown(what);
        };
    }

    /** Everything that is run from now on is counted in a file. */
    private JsonObject count(String file) throws IOException {
        executions = Executions.in(Path.of(file));
        return new JsonObject();
    }

    /** Starts a crowd at once; answers when each of it has been told that it is primary, or is connected if it is not to be. */
    private JsonObject attach(Crowd crowd) throws Exception {
        long began = System.nanoTime();
        List<Future<Void>> attached = new ArrayList<>();
        for (int i = 0; i < crowd.n(); i++) {
            attached.add(attachOne(crowd, i));
        }
        Role.await(Future.all(attached));
        return new JsonObject().put("seconds", (System.nanoTime() - began) / 1e9);
    }

    private Future<Void> attachOne(Crowd crowd, int i) {
        Promise<Long> primary = Promise.promise();
        ExchangeConnector connector = ExchangeConnector.create(vertx, transport, options(crowd, i));
        EchoHandlers.register(connector);
        Executions counted = executions;
        if (counted != null) {
            connector.handle(Commands.COUNTED, (number, context) -> {
                counted.add(number.getLong(0));
                return Future.succeededFuture(number);
            });
        }
        connector.onPrimary(primary::tryComplete).onSecondary(leasesLost::incrementAndGet);
        connectors.add(connector);
        return connector
                .start()
                .compose(started -> crowd.primary() ? primary.future().mapEmpty() : connector.connected());
    }

    private static ConnectorOptions options(Crowd crowd, int i) {
        ConnectorOptions options = new ConnectorOptions()
                .setTargetId(Commands.target(crowd.first() + i * crowd.step()))
                .setEndpoints(crowd.endpoints(i))
                .setConnectTimeout(LONG)
                .setHandshakeTimeout(LONG);
        if (!crowd.name().isEmpty()) {
            options.setConnectorId(crowd.name() + '-' + (crowd.first() + i * crowd.step()));
        }
        return options;
    }

    private JsonObject detach() throws Exception {
        List<Future<Void>> stopped =
                connectors.stream().map(ExchangeConnector::stop).toList();
        Role.await(Future.join(stopped));
        connectors.clear();
        return new JsonObject();
    }
}
