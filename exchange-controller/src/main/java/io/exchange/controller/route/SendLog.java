package io.exchange.controller.route;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * What is kept of a command beyond this node, so that another node can go on with it: which session may have got it. A command
 * with a log is bound to the session that the log names, and to no other before the log says so.
 */
public interface SendLog {

    /**
     * An earlier leg.
     *
     * @param sessionId the session that may have got it
     * @param age at least the time since it was first sent there
     */
    record Sent(String sessionId, Duration age) {}

    /**
     * Which execution the command asks for.
     *
     * @return the attempt, from 1
     */
    int attempt();

    /**
     * What was sent before, by this node or another.
     *
     * @return the leg; empty if no session can have got this attempt
     */
    Optional<Sent> sent();

    /**
     * The command is about to be sent to a session for the first time. Any thread.
     *
     * @param sessionId the session
     * @return completes when that is kept; fails with an {@link io.exchange.api.ExchangeException} if it must not be sent any more
     */
    Future<Void> sending(String sessionId);
}
