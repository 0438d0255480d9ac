/** A transport inside one JVM, and an exchange with both sides in one call. */
module io.exchange.embedded {
    requires transitive io.exchange.api;

    exports io.exchange.embedded;
}
