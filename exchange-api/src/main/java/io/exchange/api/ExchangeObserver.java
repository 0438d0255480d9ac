package io.exchange.api;

import java.time.Duration;

/**
 * Is told of everything countable; metrics hang on it. Every method does nothing unless overridden, is called on the event
 * loop where the thing happened, must not block, and must not throw.
 *
 * <p>A trace needs no callback, as the headers of a command go where it goes, and each repeat and retry carries them too. The
 * sender puts its W3C trace context there, and the handler takes it out, here with OpenTelemetry:
 *
 * <pre>{@code
 * Span span = tracer.spanBuilder("deploy").setSpanKind(SpanKind.CLIENT).startSpan();
 * Map<String, String> headers = new HashMap<>();
 * propagator.inject(Context.current().with(span), headers, Map::put); // traceparent, tracestate
 * controller.send("gateway-eu", DEPLOY.command(deploy).withHeaders(headers)).onComplete(ended -> span.end());
 *
 * connector.handle(DEPLOY, (deploy, context) -> {
 *     Context parent = propagator.extract(Context.root(), context.headers(), getter);
 *     Span span = tracer.spanBuilder("deploy").setParent(parent).setSpanKind(SpanKind.SERVER).startSpan();
 *     return install(deploy).onComplete(ended -> span.end());
 * });
 * }</pre>
 */
public interface ExchangeObserver {

    /** An observer that does nothing. */
    ExchangeObserver NONE = new ExchangeObserver() {};

    /** How a command ended for its sender. */
    enum Outcome {
        /** A reply that succeeded. */
        SUCCEEDED,
        /** A reply of a handler that failed. */
        ERROR,
        /** An exception: not executed. */
        NOT_EXECUTED,
        /** An exception: may have run. */
        UNKNOWN
    }

    /** Why something that came was dropped. */
    enum Drop {
        /** A reply or an item to a command that has ended, or that never was. */
        AFTER_THE_END,
        /** A handler answered after the deadline or the cancel. */
        LATE_ANSWER,
        /** A queued command whose deadline passed. */
        EXPIRED,
        /** A message without a handler. */
        NO_HANDLER,
        /** A message whose handler threw. */
        HANDLER_FAILED,
        /** A message that could not be decoded. */
        INVALID
    }

    /**
     * A channel became active.
     *
     * @param channel the channel
     */
    default void channelOpened(Channel channel) {}

    /**
     * An active channel ended.
     *
     * @param channel the channel
     * @param reason why
     */
    default void channelClosed(Channel channel, CloseReason reason) {}

    /**
     * A connection ended before it became a channel.
     *
     * @param reason why
     */
    default void attachRefused(CloseReason reason) {}

    /**
     * A session attached again after it was suspended.
     *
     * @param channel its new channel
     */
    default void sessionResumed(Channel channel) {}

    /**
     * A session ended: its grace passed, or one of the ends said good-bye.
     *
     * @param sessionId the session
     */
    default void sessionEnded(String sessionId) {}

    /**
     * A command was handed to a channel; a repeat of it is told again.
     *
     * @param type the name of its type
     * @param repeat whether it was sent before
     */
    default void commandSent(String type, boolean repeat) {}

    /**
     * A command ended for its sender.
     *
     * @param type the name of its type
     * @param outcome how
     * @param elapsed the time since {@code send}
     */
    default void commandEnded(String type, Outcome outcome, Duration elapsed) {}

    /**
     * A handler was started.
     *
     * @param type the name of the command's type
     */
    default void handlerStarted(String type) {}

    /**
     * A handler answered.
     *
     * @param type the name of the command's type
     * @param status what it said
     * @param elapsed the time since it was started
     */
    default void handlerEnded(String type, ReplyStatus status, Duration elapsed) {}

    /**
     * A handler did not answer although its command was cancelled a while ago; its slot is freed.
     *
     * @param type the name of the command's type
     */
    default void handlerStuck(String type) {}

    /**
     * A repeat came for a command that is running or remembered, or that the memory no longer covers.
     *
     * @param type the name of the command's type
     * @param covered false if it ended unknown, because the memory no longer covers it
     */
    default void repeatReceived(String type, boolean covered) {}

    /**
     * Something of a command was dropped.
     *
     * @param type the name of the command's type, empty if it is not known
     * @param why why
     */
    default void commandDropped(String type, Drop why) {}

    /**
     * A message was dropped.
     *
     * @param type the name of its type
     * @param why why
     */
    default void messageDropped(String type, Drop why) {}

    /**
     * A slot of a role was granted: at the controller when the connector has acknowledged it, at the connector when it holds.
     *
     * @param targetId the target
     * @param connectorId the connector
     * @param grant the slot and its term
     */
    default void granted(String targetId, String connectorId, Grant grant) {}

    /**
     * A slot of a role was given up or taken away: at the connector whatever the reason, at the controller when the connector has
     * acknowledged that it is to give it up.
     *
     * @param targetId the target
     * @param connectorId the connector
     * @param grant the slot and its term
     */
    default void released(String targetId, String connectorId, Grant grant) {}

    /**
     * A command waits for its target to come, or for a way to it; told once, however often it is looked for again.
     *
     * @param type the name of its type
     */
    default void commandWaits(String type) {}

    /**
     * This node of a cluster is linked to another one, to which it was not.
     *
     * @param nodeId the other node
     */
    default void linkUp(String nodeId) {}

    /**
     * This node of a cluster has lost its link to another one, which may have left.
     *
     * @param nodeId the other node
     * @param reason why
     */
    default void linkDown(String nodeId, CloseReason reason) {}

    /**
     * This node of a cluster may grant roles and renew them, or may no longer.
     *
     * @param held whether it may; true first, when it may for the first time
     */
    default void nodeLease(boolean held) {}

    /**
     * The record of a target was not as this node of a cluster knows it to be, and has been put right: a node was lost, or an event.
     *
     * @param targetId the target
     */
    default void recordRepaired(String targetId) {}

    /**
     * This node has sent channels to other nodes that have fewer.
     *
     * @param channels how many
     */
    default void channelsMoved(int channels) {}

    /** This node goes on with a batch that another one ran, or gave back. */
    default void batchTaken() {}

    /**
     * A batch ended that this node ran.
     *
     * @param succeeded how many of its commands succeeded
     * @param others how many did not
     * @param elapsed the time since it was accepted
     */
    default void batchEnded(int succeeded, int others, Duration elapsed) {}

    /**
     * A connector will try to attach again.
     *
     * @param targetId its target
     * @param reason why it has no channel
     * @param delay after how long
     */
    default void reconnecting(String targetId, CloseReason reason, Duration delay) {}
}
