package io.exchange.controller.accept;

import io.exchange.api.Delivery;
import io.exchange.channel.Elsewhere;
import io.exchange.channel.Session;
import io.exchange.protocol.Frame;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a session was before it came to this node: the id of a channel begins with that of its node.
 *
 * @param nodeId this node
 * @param links finds the session of the link to another node
 * @param targetId the target of the session
 * @param sessionId the session
 */
record OtherNodes(String nodeId, Function<String, Optional<Session>> links, String targetId, String sessionId)
        implements Elsewhere {

    static String channelId(String nodeId, long number) {
        return nodeId + "-" + Long.toString(number, Character.MAX_RADIX);
    }

    private static String nodeOf(String channelId) {
        return channelId.substring(0, Math.max(0, channelId.lastIndexOf('-')));
    }

    @Override
    public boolean isHere(String firstChannel) {
        return firstChannel.isEmpty() || nodeOf(firstChannel).equals(nodeId);
    }

    @Override
    public Optional<Session> linkTo(String firstChannel) {
        return links.apply(nodeOf(firstChannel));
    }

    @Override
    public Frame.Onward sameSession(long attachNumber) {
        return new Frame.Onward(targetId, sessionId, Delivery.RESUME, true, attachNumber);
    }
}
