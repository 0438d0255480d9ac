package io.exchange.controller;

import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.Status;

/**
 * The readiness of a node as a procedure for {@code io.vertx.ext.healthchecks.HealthChecks}, which who uses this class must
 * have on the class path.
 */
@SuppressWarnings("exports") // not required transitively, or every module on top would have to have it
public final class ReadinessProcedure {

    private ReadinessProcedure() {}

    /**
     * The procedure.
     *
     * @param controller the node
     * @return answers OK while {@link ExchangeController#readiness()} says so, else KO with the detail
     */
    public static Handler<Promise<Status>> of(ExchangeController controller) {
        return check -> {
            Readiness now = controller.readiness();
            check.complete(now.ready() ? Status.OK() : Status.KO(new JsonObject().put("detail", now.detail())));
        };
    }
}
