/** The controller's role: accept, route, elect, check. */
module io.exchange.controller {
    requires transitive io.exchange.api;
    requires static com.hazelcast.core;
    requires static io.vertx.auth.jwt;
    requires static io.vertx.healthcheck;

    exports io.exchange.controller;
    exports io.exchange.controller.cluster.hazelcast to
            com.hazelcast.core;
}
