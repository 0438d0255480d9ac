package io.exchange.controller.cluster;

import io.vertx.core.Future;

/** The questions that nodes ask each other about leases. Safe for any thread. */
public interface NodeCalls {

    /** What is asked. */
    enum Question {
        /** Whether the asked node sees the asking one, and nobody gives that up: it may grant for one lease. */
        ACKNOWLEDGE,
        /** Whether the asked node will not acknowledge another one for half a lease. */
        REFUSE,
        /** Whether the asked node acknowledges the asking one and may elect itself, so that the records they share are right. */
        VOUCH
    }

    /** Answers. */
    interface Answerer {

        /**
         * Answers a question, without delay.
         *
         * @param question the question
         * @param from the node that asks
         * @param about the node that it asks about
         * @return yes or no
         */
        boolean answer(Question question, String from, String about);
    }

    /**
     * Asks a node.
     *
     * @param nodeId whom
     * @param question the question
     * @param about the node that it is about
     * @return the answer; fails if there was none within a second or so
     */
    Future<Boolean> ask(String nodeId, Question question, String about);

    /**
     * Answers from now on.
     *
     * @param answerer gives the answers; called on a context of its own
     * @return completes when the others can ask this node
     */
    Future<Void> serve(Answerer answerer);

    /**
     * Answers no more.
     *
     * @return completes when nothing of it is left
     */
    Future<Void> close();
}
