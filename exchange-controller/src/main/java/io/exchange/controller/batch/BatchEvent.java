package io.exchange.controller.batch;

import io.exchange.protocol.Outcome;

/** What can happen to a batch. Each may come twice. */
public sealed interface BatchEvent {

    /**
     * When it happened.
     *
     * @return cluster time in milliseconds
     */
    long now();

    /**
     * A node takes the batch, which nobody else runs any more.
     *
     * @param from the claim that it follows; with another one in the record nothing happens
     * @param nodeId the node
     * @param now cluster time
     */
    record Taken(Claim from, String nodeId, long now) implements BatchEvent {}

    /**
     * The node that runs it gives it back.
     *
     * @param now cluster time
     */
    record Released(long now) implements BatchEvent {}

    /**
     * Somebody wants it to end.
     *
     * @param now cluster time
     */
    record CancelRequested(long now) implements BatchEvent {}

    /**
     * Time has passed: the deadline may be over.
     *
     * @param now cluster time
     */
    record Looked(long now) implements BatchEvent {}

    /**
     * A command is about to be sent for the first time to a session.
     *
     * @param index its place in the batch
     * @param attempt the execution that it asks for
     * @param sessionId the session
     * @param now cluster time
     */
    record Sending(int index, int attempt, String sessionId, long now) implements BatchEvent {}

    /**
     * A try of a command has ended.
     *
     * @param index its place in the batch
     * @param attempt the execution that it asked for
     * @param tries how many outcomes there were before
     * @param outcome how it ended
     * @param chance from 0, included, to 1: the wait before the next try
     * @param now cluster time
     */
    record Answered(int index, int attempt, int tries, Outcome outcome, double chance, long now)
            implements BatchEvent {}
}
