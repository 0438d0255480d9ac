/** The vocabulary of an exchange, the frames, the transport port, and the channel engine that both ends share. */
module io.exchange.api {
    requires transitive com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.datatype.jdk8;
    requires com.fasterxml.jackson.datatype.jsr310;
    requires com.fasterxml.jackson.module.paramnames;
    requires transitive io.vertx.core;
    requires static micrometer.core;
    requires static transitive org.jspecify;

    exports io.exchange.api;
    exports io.exchange.metrics;
    exports io.exchange.protocol;
    exports io.exchange.transport;
    exports io.exchange.channel to
            io.exchange.connector,
            io.exchange.controller;
}
