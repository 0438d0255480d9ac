/** The connector's role: attach, reconnect, handle, resume, be primary. */
module io.exchange.connector {
    requires transitive io.exchange.api;

    exports io.exchange.connector;
}
