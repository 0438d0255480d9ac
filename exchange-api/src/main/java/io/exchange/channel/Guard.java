package io.exchange.channel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Runs what belongs to the application: what it throws is its own, and must not break the loop that serves all others. */
public final class Guard {

    private static final Logger LOG = System.getLogger(Guard.class.getName());

    private Guard() {}

    /**
     * Runs a callback of the application. What it throws is logged.
     *
     * @param callback the callback
     */
    public static void run(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            LOG.log(Level.WARNING, "a callback failed", e);
        }
    }
}
