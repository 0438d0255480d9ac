package io.exchange.channel;

import io.exchange.protocol.Frame;
import java.util.Optional;

/**
 * Where the commands of a session came first that come again here: another node may be running one of them, or remember how
 * it ended. Called on the session's loop.
 */
public interface Elsewhere {

    /** For a side that every command comes to first. */
    Elsewhere NOWHERE = new Elsewhere() {

        @Override
        public boolean isHere(String firstChannel) {
            return true;
        }

        @Override
        public Optional<Session> linkTo(String firstChannel) {
            return Optional.empty();
        }

        @Override
        public Frame.Onward sameSession(long attachNumber) {
            throw new IllegalStateException("there is no other node");
        }
    };

    /**
     * Whether a command came to this node first.
     *
     * @param firstChannel the channel by which it came; empty if it does not say
     * @return whether it was one of this node
     */
    boolean isHere(String firstChannel);

    /**
     * The way to the node that it came to first.
     *
     * @param firstChannel the channel by which it came
     * @return the session of the link to that node, if it is up
     */
    Optional<Session> linkTo(String firstChannel);

    /**
     * The same session, as other nodes know it.
     *
     * @param attachNumber the attach by which it came to this node
     * @return its address, for a question to its handlers
     */
    Frame.Onward sameSession(long attachNumber);
}
