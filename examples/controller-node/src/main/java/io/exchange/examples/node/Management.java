package io.exchange.examples.node;

import io.exchange.controller.Readiness;
import io.exchange.controller.ReadinessProcedure;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.util.function.Supplier;

/** Health and metrics over HTTP. */
final class Management {

    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final PrometheusMeterRegistry metrics;
    private final HealthChecks alive;
    private final HealthChecks ready;

    private Management(Vertx vertx, PrometheusMeterRegistry metrics, Supplier<Readiness> readiness) {
        this.metrics = metrics;
        this.alive = HealthChecks.create(vertx).register("alive", check -> check.complete(Status.OK()));
        this.ready = HealthChecks.create(vertx).register("node", ReadinessProcedure.of(readiness));
    }

    /** Listens; the server ends with its Vert.x. */
    static Future<HttpServer> listen(
            Vertx vertx, NodeConfig.Management config, PrometheusMeterRegistry metrics, Supplier<Readiness> readiness) {
        Management management = new Management(vertx, metrics, readiness);
        return vertx.createHttpServer().requestHandler(management::answer).listen(config.port(), config.host());
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/live" -> alive.checkStatus().onComplete(result -> answer(request, result.result()));
            case "/ready" -> ready.checkStatus().onComplete(result -> answer(request, result.result()));
            case "/metrics" ->
                request.response()
                        .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                        .end(metrics.scrape());
            default -> request.response().setStatusCode(NOT_FOUND).end("/live, /ready or /metrics\n");
        }
    }

    private static void answer(HttpServerRequest request, CheckResult result) {
        request.response()
                .setStatusCode(CheckResult.isUp(result) ? 200 : UNAVAILABLE)
                .putHeader("content-type", "application/json")
                .end(result.toJson().toBuffer());
    }
}
