package io.exchange.examples.cluster;

import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** The log of a node, on standard error: all of the exchange's, of others only what is worth a warning. */
final class Logging {

    // held, as the logging of the JDK forgets the level of a logger that nobody holds
    private static final Logger EXCHANGE = Logger.getLogger("io.exchange");

    private Logging() {}

    /** Only what is severe: connectors that lose a node on purpose are no news. */
    static void quiet() {
        EXCHANGE.setLevel(Level.SEVERE);
    }

    static void configure() {
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
        LogManager.getLogManager().getLogger("").setLevel(Level.WARNING);
        EXCHANGE.setLevel(Level.INFO);
    }
}
