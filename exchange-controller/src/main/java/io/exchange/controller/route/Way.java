package io.exchange.controller.route;

import io.exchange.api.Grant;
import io.exchange.channel.Session;
import io.exchange.protocol.Frame;
import org.jspecify.annotations.Nullable;

/** Where a command can go now, as far as this node knows. */
sealed interface Way {

    /** Later. */
    Way LATER = new Later();

    /** Nowhere. */
    Way NOWHERE = new Nowhere();

    /**
     * By a session: the one that it is for, or that of the link to the node that has it.
     *
     * @param path the session to put it on
     * @param sessionId the session that it is for
     * @param onward how the node at the end of a link sends it on; null without a link
     * @param fence the slot and term that the receiver must hold; null for none
     * @param isCounted whether what is out to the session is counted, as it was chosen among several
     */
    record By(
            Session path,
            String sessionId,
            Frame.@Nullable Onward onward,
            @Nullable Grant fence,
            boolean isCounted) implements Way {

        By counted() {
            return new By(path, sessionId, onward, fence, true);
        }
    }

    /** Somebody is there who cannot be reached at the moment. */
    record Later() implements Way {}

    /** Nobody is there. */
    record Nowhere() implements Way {}
}
