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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Any number of connectors, each with a target and a connection of its own, that answer. */
final class ConnectorsRole implements Role {

    static final String NAME = "connectors";

    private static final Duration LONG = Duration.ofMinutes(2);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final ClientTransport transport =
            GrpcTransport.client(vertx, new GrpcClientOptions().setConnectTimeout(LONG));
    private final List<ExchangeConnector> connectors = new ArrayList<>();
    private final AtomicLong leasesLost = new AtomicLong();

    @Override
    public JsonObject answer(String what, JsonObject with) throws Exception {
        return switch (what) {
            case "attach" -> attach(with.getInteger("n"), with.getInteger("port"));
            case "detach" -> detach();
            case "tell losses" -> new JsonObject().put("leases", leasesLost.get());
            default -> throw Role.unknown(what);
        };
    }

    /** Starts so many connectors at once; answers when each of them has been told that it is primary. */
    private JsonObject attach(int n, int port) throws Exception {
        long began = System.nanoTime();
        List<Future<Long>> granted = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            granted.add(attachOne(connectors.size(), "http://127.0.0.1:" + port));
        }
        Role.await(Future.all(granted));
        return new JsonObject().put("seconds", (System.nanoTime() - began) / 1e9);
    }

    private Future<Long> attachOne(int number, String endpoint) {
        Promise<Long> primary = Promise.promise();
        ExchangeConnector connector = ExchangeConnector.create(
                vertx,
                transport,
                new ConnectorOptions()
                        .setTargetId(Commands.target(number))
                        .setConnectTimeout(LONG)
                        .setHandshakeTimeout(LONG)
                        .addEndpoint(endpoint));
        EchoHandlers.register(connector);
        connector.onPrimary(primary::tryComplete).onSecondary(leasesLost::incrementAndGet);
        connectors.add(connector);
        return connector.start().compose(started -> primary.future());
    }

    private JsonObject detach() throws Exception {
        List<Future<Void>> stopped =
                connectors.stream().map(ExchangeConnector::stop).toList();
        Role.await(Future.join(stopped));
        connectors.clear();
        return new JsonObject();
    }
}
