/** A transport inside one JVM, and an exchange with both sides in one call. */
module io.exchange.embedded {
    requires transitive io.exchange.api;
    requires static transitive io.exchange.connector;
    requires static transitive io.exchange.controller;

    exports io.exchange.embedded;
}
