package io.exchange.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.exchange.api.CommandType;
import io.exchange.api.ExchangeException;
import io.exchange.api.MessageType;
import io.exchange.api.Reply;
import io.exchange.channel.EventLoop;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.Target;
import io.exchange.protocol.ChannelLimits;
import io.exchange.transport.End;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * A controller and its connectors, used through their public API alone. The contracts of the exchange extend it; a
 * transport runs each of them with its {@link Wiring}.
 */
@Timeout(60)
public abstract class ExchangeContract {

    /** Says back what it is told. */
    protected static final CommandType<String, String> ECHO = CommandType.of("echo.v1", String.class, String.class);

    /** Tells of something, one way. */
    protected static final MessageType<String> NEWS = MessageType.of("news.v1", String.class);

    /** Intervals that let a test see a lease end. */
    protected static final ChannelLimits QUICK = new ChannelLimits(
            Duration.ofMillis(100), 50, Duration.ofMillis(1000), Duration.ofSeconds(3), 1024, 1024, 16 << 20);

    /** Where all of it runs. */
    protected final Vertx vertx = Vertx.vertx();

    /** What every connector of the test is told of, and every controller. */
    protected final Observed observed = new Observed();

    private static final Logger LOG = Logger.getLogger("io.exchange");

    private final Wiring wiring;
    private final List<ExchangeController> controllers = new ArrayList<>();
    private final List<ExchangeConnector> connectors = new ArrayList<>();
    private ServerTransport server;

    /**
     * The contract for one transport.
     *
     * @param wiring what the transport adds
     */
    protected ExchangeContract(Wiring wiring) {
        this.wiring = wiring;
    }

    /** Quick limits with another grace. */
    protected static ChannelLimits withGrace(Duration grace) {
        return new ChannelLimits(
                QUICK.heartbeatInterval(), QUICK.missedHeartbeats(), QUICK.lease(), grace, 1024, 1024, 16 << 20);
    }

    /** Quick limits with other heartbeats. */
    protected static ChannelLimits withHeartbeat(Duration interval, int missed) {
        return new ChannelLimits(interval, missed, QUICK.lease(), QUICK.sessionGrace(), 1024, 1024, 16 << 20);
    }

    /** Quick limits for fewer commands. */
    protected static ChannelLimits withCommands(int inFlight, int queued) {
        return new ChannelLimits(
                QUICK.heartbeatInterval(),
                QUICK.missedHeartbeats(),
                QUICK.lease(),
                QUICK.sessionGrace(),
                inFlight,
                queued,
                16 << 20);
    }

    /** Quick limits for smaller payloads. */
    protected static ChannelLimits withPayloads(int bytes) {
        return new ChannelLimits(
                QUICK.heartbeatInterval(),
                QUICK.missedHeartbeats(),
                QUICK.lease(),
                QUICK.sessionGrace(),
                1024,
                1024,
                bytes);
    }

    @BeforeEach
    void prepare() {
        LOG.setLevel(Level.WARNING); // a line for every channel is too much here
        server = wiring.server();
    }

    /** Stops all that the test has started, once. */
    @AfterEach
    protected void stopAll() {
        await(Future.join(connectors.stream()
                .map(connector -> connector.drain(Duration.ofMillis(200)))
                .toList()));
        connectors.clear();
        await(Future.join(controllers.stream()
                .map(controller -> controller.stop(Duration.ofMillis(200)))
                .toList()));
        controllers.clear();
        await(vertx.close());
    }

    /** Starts a controller that listens. */
    protected ExchangeController controller() {
        return controller(options -> options);
    }

    /** Starts a controller that listens. */
    protected ExchangeController controller(UnaryOperator<ControllerOptions> setUp) {
        ControllerOptions options = setUp.apply(new ControllerOptions()
                .setChannelLimits(QUICK)
                .setFreshStart(true)
                .setObserver(observed));
        ExchangeController controller = wiring.controller(vertx, options);
        controllers.add(controller);
        await(controller.listen(server));
        return controller;
    }

    /** Options of a connector that tries again soon. */
    protected ConnectorOptions options(String targetId, String connectorId) {
        return new ConnectorOptions()
                .setTargetId(targetId)
                .setConnectorId(connectorId)
                .setBackoffFirst(Duration.ofMillis(20))
                .setBackoffMost(Duration.ofMillis(200))
                .setObserver(observed);
    }

    /** The network as one connector sees it. */
    protected Links links() {
        return new Links(wiring.client(vertx, server));
    }

    /** Makes a connector that is not started. */
    protected ExchangeConnector connector(ConnectorOptions options, Links links) {
        ConnectorOptions own = new ConnectorOptions(options).addEndpoint(wiring.endpoint(server));
        ExchangeConnector connector = ExchangeConnector.create(vertx, links, own);
        connectors.add(connector);
        return connector;
    }

    /** Makes a connector and attaches it. */
    protected ExchangeConnector attach(ConnectorOptions options, Links links, Consumer<ExchangeConnector> setUp) {
        ExchangeConnector connector = connector(options, links);
        setUp.accept(connector);
        await(connector.start());
        await(connector.connected());
        eventually(
                "it is known",
                () -> controllers.stream()
                        .anyMatch(controller -> seen(controller, options.getTargetId(), options.getConnectorId())
                                .isPresent()));
        return connector;
    }

    /** Makes a connector and attaches it. */
    protected ExchangeConnector attach(String targetId, String connectorId, Consumer<ExchangeConnector> setUp) {
        return attach(options(targetId, connectorId), links(), setUp);
    }

    /** Attaches a connector that echoes, telling its own id. */
    protected ExchangeConnector attachEcho(String targetId, String connectorId) {
        return attach(
                targetId,
                connectorId,
                connector -> connector.handle(
                        ECHO, (text, context) -> Future.succeededFuture(connectorId + " says " + text)));
    }

    /** Whether neither end of a connection outlives the other. */
    protected boolean staysInside() {
        return links().staysInside();
    }

    /** What the transport adds. */
    protected Wiring wiring() {
        return wiring;
    }

    /** Where the controller is. */
    protected String endpoint() {
        return wiring.endpoint(server);
    }

    /** Opens a bare connection, for a connector that breaks the rules. */
    protected End bareConnection() {
        Promise<End> opened = Promise.promise();
        Links links = links();
        Context context = EventLoop.contextOf(vertx);
        context.runOnContext(ignored -> links.connect(context, wiring.endpoint(server), Map.of())
                .map(connection -> {
                    End end = new End(connection);
                    end.start();
                    return end;
                })
                .onComplete(opened));
        return await(opened.future());
    }

    /** Waits for a future, for a bounded time. */
    protected static <T> T await(Future<T> future) {
        return End.await(future);
    }

    /** Waits for the failure of a future. */
    protected static ExchangeException failure(Future<?> future) {
        Throwable cause = End.await(
                future.<Throwable>map(value -> fail("succeeded with " + value)).otherwise(e -> e));
        assertThat(cause).isInstanceOf(ExchangeException.class);
        return (ExchangeException) cause;
    }

    /** Waits for the answer of a handler that succeeded. */
    protected static <A> A answer(Future<Reply<A>> reply) {
        return await(reply).payload();
    }

    /** Waits until something is so. */
    protected void eventually(String what, BooleanSupplier isSo) {
        await(becomes(what, isSo, System.nanoTime() + TimeUnit.SECONDS.toNanos(20)));
    }

    private Future<Void> becomes(String what, BooleanSupplier isSo, long giveUpNanos) {
        if (isSo.getAsBoolean()) {
            return Future.succeededFuture();
        }
        return System.nanoTime() - giveUpNanos > 0
                ? Future.failedFuture(what + ": not within 20 s")
                : vertx.timer(5, TimeUnit.MILLISECONDS).compose(passed -> becomes(what, isSo, giveUpNanos));
    }

    /** What the controller knows of a connector. */
    protected static Optional<Target.Connector> seen(
            ExchangeController controller, String targetId, String connectorId) {
        return controller.target(targetId).stream()
                .flatMap(target -> target.connectors().stream())
                .filter(connector -> connector.connectorId().equals(connectorId))
                .findFirst();
    }
}
