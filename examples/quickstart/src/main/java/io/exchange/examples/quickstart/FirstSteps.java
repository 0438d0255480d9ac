package io.exchange.examples.quickstart;

import io.exchange.api.CommandType;
import io.exchange.api.Reply;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.Batch;
import io.exchange.controller.BatchStatus;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.RetryPolicy;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/** The example of README.adoc, which a test keeps equal to what stands between the tags here, and runs. */
final class FirstSteps {

    // tag::type[]
    record Greet(String name) {}

    record Greeting(String text) {}

    static final CommandType<Greet, Greeting> GREET = CommandType.of("greet.v1", Greet.class, Greeting.class);
    // end::type[]

    private FirstSteps() {}

    static Future<Void> gateway(Vertx vertx, String endpoint) {
        // tag::gateway[]
        ExchangeConnector connector = ExchangeConnector.create(
                vertx,
                GrpcTransport.client(vertx, new GrpcClientOptions()),
                new ConnectorOptions().setTargetId("gateway-eu").addEndpoint(endpoint)); // http://host:port, or https
        connector.handle(GREET, (greet, context) -> Future.succeededFuture(new Greeting("Hello " + greet.name())));
        connector.onPrimary(term -> System.out.println("primary under term " + term));
        Future<Void> attached = connector
                .start() // attaches, and attaches again whenever it loses its channel, until it is stopped
                .compose(started -> connector.connected()); // the first time; fails if it is refused for good
        // end::gateway[]
        return attached;
    }

    static Future<Reply<Greeting>> controller(Vertx vertx, int port) {
        // tag::controller[]
        ExchangeController controller = ExchangeController.create(vertx, new ControllerOptions());
        Future<Reply<Greeting>> reply = controller
                .listen(GrpcTransport.server(new GrpcServerOptions().setPort(port)))
                .compose(listening -> controller.send(
                        "gateway-eu", GREET.command(new Greet("world")).withWaitForTarget(true)));
        // end::controller[]
        return reply;
    }

    static Future<BatchStatus> batch(ExchangeController controller, List<String> targets) {
        // tag::batch[]
        Batch greetings = Batch.of("greetings")
                .with(targets, GREET.command(new Greet("world")))
                .withConcurrency(20)
                .withRetries(RetryPolicy.DEFAULT.withMaxTries(10))
                .withMaxFailures(5);
        Future<BatchStatus> end = controller
                .batches()
                .submit(greetings) // once this completes, no single node of a cluster can lose it
                .compose(accepted -> controller.batches().ended(accepted.id())); // on any node
        // end::batch[]
        return end;
    }
}
