/** The controller's role: accept, route, elect, check. */
module io.exchange.controller {
    requires transitive io.exchange.api;

    exports io.exchange.controller;
}
