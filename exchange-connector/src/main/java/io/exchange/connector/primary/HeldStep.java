package io.exchange.connector.primary;

import io.exchange.protocol.Frame;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be done after {@link HeldGrants} was told something.
 *
 * @param changed whether the complete set of what is held is another one: the application is told first
 * @param frames to be sent after that, in this order, on the channel of the current attach; dropped if there is none
 */
public record HeldStep(boolean changed, List<Frame> frames) {

    /** Nothing to do. */
    public static final HeldStep NONE = new HeldStep(false, List.of());

    /** Collects. Lives within one call, on one thread. */
    static final class Draft {
        private final List<Frame> frames = new ArrayList<>();
        private boolean changed;

        void send(Frame frame) {
            frames.add(frame);
        }

        void changed() {
            changed = true;
        }

        HeldStep finish(boolean attached) {
            return new HeldStep(changed, attached ? List.copyOf(frames) : List.of());
        }
    }
}
