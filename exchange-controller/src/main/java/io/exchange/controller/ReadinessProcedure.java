package io.exchange.controller;

import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.Status;
import java.util.function.Supplier;

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
     * @param readiness asked at each check, {@link ExchangeController#readiness()} for one
     * @return answers OK while the node is ready, else KO, with the detail
     */
    public static Handler<Promise<Status>> of(Supplier<Readiness> readiness) {
        return check -> {
            Readiness now = readiness.get();
            JsonObject detail = new JsonObject().put("detail", now.detail());
            check.complete(now.ready() ? Status.OK(detail) : Status.KO(detail));
        };
    }
}
