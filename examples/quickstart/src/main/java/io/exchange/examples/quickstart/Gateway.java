package io.exchange.examples.quickstart;

import io.exchange.api.CommandContext;
import io.exchange.connector.ExchangeConnector;
import io.exchange.examples.quickstart.GatewayCommands.AskStatus;
import io.exchange.examples.quickstart.GatewayCommands.Deploy;
import io.exchange.examples.quickstart.GatewayCommands.Deployed;
import io.exchange.examples.quickstart.GatewayCommands.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** A gateway: keeps the API definitions that were deployed to it, and knows whether it is the primary of its target. */
final class Gateway {

    private final String id;
    private final ExchangeConnector connector;
    private final Map<String, ApiDefinition> apis = new ConcurrentSkipListMap<>();
    private final Promise<Long> firstTerm = Promise.promise();
    private volatile long term;

    Gateway(String id, ExchangeConnector connector) {
        this.id = id;
        this.connector = connector;
        connector.handleBlocking(GatewayCommands.DEPLOY, this::deploy);
        connector.handle(GatewayCommands.STATUS, this::status);
        connector.onPrimary(this::becamePrimary);
        connector.onSecondary(() -> term = 0);
    }

    /** Parsing a large document takes a while, so this runs on a worker thread and not on the event loop. */
    private Deployed deploy(Deploy deploy, CommandContext context) {
        ApiDefinition api = ApiDefinition.parse(deploy.definition());
        apis.put(api.title() + " " + api.version(), api);
        return new Deployed(id, api.title(), api.version(), api.operations(), api.schemas(), api.digest());
    }

    private Future<Status> status(AskStatus question, CommandContext context) {
        long now = term;
        return Future.succeededFuture(new Status(id, now > 0, now, List.copyOf(apis.keySet())));
    }

    private void becamePrimary(long newTerm) {
        term = newTerm;
        firstTerm.tryComplete(newTerm);
    }

    String id() {
        return id;
    }

    ExchangeConnector connector() {
        return connector;
    }

    /** The term under which this gateway is primary, 0 if it is not. */
    long term() {
        return term;
    }

    /** Completes with the term when this gateway becomes primary for the first time. */
    Future<Long> firstTerm() {
        return firstTerm.future();
    }
}
