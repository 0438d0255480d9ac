package io.exchange.controller.cluster;

/** Lets a simulation in another package ask the lease rounds of a node. */
public final class LeaseAnswers {

    private LeaseAnswers() {}

    /** What answers the questions of other nodes. */
    public static NodeCalls.Answerer of(LeaseRounds rounds) {
        return rounds::answer;
    }
}
