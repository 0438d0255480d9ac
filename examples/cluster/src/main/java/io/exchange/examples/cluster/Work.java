package io.exchange.examples.cluster;

import io.exchange.api.CommandType;

/**
 * What is asked of a gateway: to be busy for a while.
 *
 * @param millis how long
 */
record Work(int millis) {

    static final CommandType<Work, Done> TYPE = CommandType.of("work.v1", Work.class, Done.class);

    /**
     * The answer.
     *
     * @param connector who did it
     */
    record Done(String connector) {}
}
