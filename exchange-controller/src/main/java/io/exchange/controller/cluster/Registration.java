package io.exchange.controller.cluster;

/** A listener that was added. */
public interface Registration {

    /** Removes the listener, from any thread, any number of times. A call that is under way may still end. */
    void cancel();
}
