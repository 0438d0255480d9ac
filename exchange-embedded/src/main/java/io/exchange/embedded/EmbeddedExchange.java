package io.exchange.embedded;

import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A controller and connectors in one JVM, started and stopped together: for applications that need no network, and for tests.
 *
 * <pre>{@code
 * EmbeddedExchange exchange = EmbeddedExchange.create(vertx)
 *     .connector("gateway-eu", connector -> connector.handle(DEPLOY, (deploy, context) -> install(deploy)));
 * exchange.start().compose(started -> exchange.controller().send("gateway-eu", DEPLOY.command(new Deploy(…))));
 * }</pre>
 *
 * <p>Set it up on one thread; the controller and the connectors may then be used from any.
 */
public final class EmbeddedExchange {

    private static final String ENDPOINT = "embedded";

    private final Vertx vertx;
    private final EmbeddedTransport transport = EmbeddedTransport.create();
    private final ExchangeController controller;
    private final List<ExchangeConnector> connectors = new ArrayList<>();

    private EmbeddedExchange(Vertx vertx, ControllerOptions options) {
        this.vertx = vertx;
        this.controller = ExchangeController.create(vertx, new ControllerOptions(options).setFreshStart(true));
    }

    /**
     * An exchange with the default options.
     *
     * @param vertx where it runs
     * @return the exchange, not started
     */
    public static EmbeddedExchange create(Vertx vertx) {
        return create(vertx, new ControllerOptions());
    }

    /**
     * An exchange.
     *
     * @param vertx where it runs
     * @param options those of its controller
     * @return the exchange, not started
     */
    public static EmbeddedExchange create(Vertx vertx, ControllerOptions options) {
        return new EmbeddedExchange(vertx, options);
    }

    /**
     * Adds a connector with the default options.
     *
     * @param targetId the target that it speaks for
     * @param setUp registers its handlers
     * @return this
     */
    public EmbeddedExchange connector(String targetId, Consumer<ExchangeConnector> setUp) {
        return connector(new ConnectorOptions().setTargetId(targetId), setUp);
    }

    /**
     * Adds a connector.
     *
     * @param options its options; its endpoints are not looked at
     * @param setUp registers its handlers
     * @return this
     */
    public EmbeddedExchange connector(ConnectorOptions options, Consumer<ExchangeConnector> setUp) {
        ConnectorOptions own = new ConnectorOptions(options).setEndpoints(List.of(ENDPOINT));
        ExchangeConnector connector = ExchangeConnector.create(vertx, transport.client(), own);
        setUp.accept(connector);
        connectors.add(connector);
        return this;
    }

    /**
     * Starts the controller and every connector.
     *
     * @return completes when all of them are attached; fails if one is refused
     */
    public Future<Void> start() {
        return controller.listen(transport).compose(listening -> {
            List<Future<Void>> attached = new ArrayList<>();
            for (ExchangeConnector connector : connectors) {
                attached.add(connector.start().compose(started -> connector.connected()));
            }
            return Future.all(attached).mapEmpty();
        });
    }

    /**
     * The controller.
     *
     * @return the controller
     */
    public ExchangeController controller() {
        return controller;
    }

    /**
     * The connectors.
     *
     * @return the connectors in the order in which they were added
     */
    public List<ExchangeConnector> connectors() {
        return List.copyOf(connectors);
    }

    /**
     * Stops the connectors, then the controller.
     *
     * @return completes when nothing is left
     */
    public Future<Void> stop() {
        List<Future<Void>> stopped =
                connectors.stream().map(ExchangeConnector::stop).toList();
        return Future.join(stopped).eventually(controller::stop).mapEmpty();
    }
}
