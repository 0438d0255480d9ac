package io.exchange.examples.cluster;

import io.exchange.api.CommandContext;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Gateways with their connectors, all in this process; what they do goes into the history. Used from one thread. */
final class Gateways implements AutoCloseable {

    private static final Duration BACKOFF_MOST = Duration.ofSeconds(2);

    private final Vertx vertx = Vertx.vertx();
    private final History history;
    private final Map<String, ExchangeConnector> connectors = new LinkedHashMap<>();

    Gateways(History history) {
        this.history = history;
    }

    /** Starts a gateway; completes when it has attached. */
    Future<Void> attach(String target, String connectorId, List<String> endpoints) {
        ConnectorOptions options = new ConnectorOptions()
                .setTargetId(target)
                .setConnectorId(connectorId)
                .setEndpoints(endpoints)
                .setBackoffMost(BACKOFF_MOST)
                .setConnectTimeout(Duration.ofSeconds(2));
        ExchangeConnector connector =
                ExchangeConnector.create(vertx, GrpcTransport.client(vertx, new GrpcClientOptions()), options);
        connector.handle(Work.TYPE, (work, context) -> work(work, context, connectorId));
        connector.onPrimary(term -> history.granted(target, connectorId, term));
        connector.onSecondary(() -> history.released(target, connectorId));
        connectors.put(connectorId, connector);
        return connector.start().compose(started -> connector.connected());
    }

    private Future<Work.Done> work(Work work, CommandContext context, String connectorId) {
        history.ran(context.commandId(), connectorId);
        Promise<Work.Done> done = Promise.promise();
        vertx.setTimer(Math.max(1, work.millis()), timer -> done.complete(new Work.Done(connectorId)));
        return done.future();
    }

    ExchangeConnector connector(String connectorId) {
        return Objects.requireNonNull(connectors.get(connectorId));
    }

    /** The connectors that have not been stopped, by id. */
    Map<String, ExchangeConnector> all() {
        return Map.copyOf(connectors);
    }

    /** Ends a gateway as a crash would. */
    void crash(String connectorId) {
        ExchangeConnector connector = Objects.requireNonNull(connectors.remove(connectorId));
        connector.abort().await();
        history.released(connector.targetId(), connectorId);
    }

    @Override
    public void close() {
        List<Future<Void>> stopped = new ArrayList<>();
        connectors.values().forEach(connector -> stopped.add(connector.abort()));
        Future.join(stopped).otherwiseEmpty().await();
        vertx.close().await();
    }
}
