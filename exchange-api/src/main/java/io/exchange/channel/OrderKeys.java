package io.exchange.channel;

import io.exchange.channel.PendingCommand.State;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The order keys whose next command must wait at its sender, as the one before it is being encoded or leaves in fragments.
 * Confined to the session's loop.
 */
final class OrderKeys {

    /** By order key the command that the next must not overtake. */
    private Map<String, PendingCommand> heldBy = Map.of();

    void hold(PendingCommand command) {
        if (command.orderKey != null) {
            if (heldBy.isEmpty()) {
                heldBy = new HashMap<>(); // most sessions never need one
            }
            heldBy.put(command.orderKey, command);
        }
    }

    void release(PendingCommand command) {
        if (command.orderKey != null && !heldBy.isEmpty()) {
            heldBy.remove(command.orderKey, command);
        }
    }

    boolean isHeld(PendingCommand command) {
        return command.orderKey != null && heldBy.containsKey(command.orderKey);
    }

    /** The channel is lost, and with it what was leaving. */
    void releaseSent() {
        if (!heldBy.isEmpty()) {
            heldBy.values().removeIf(command -> command.state != State.ENCODING);
        }
    }

    /** Takes out the first that need not wait for its order key; null if there is none. */
    @Nullable
    PendingCommand takeFirst(ArrayDeque<PendingCommand> queue) {
        if (heldBy.isEmpty()) {
            return queue.poll();
        }
        Iterator<PendingCommand> waiting = queue.iterator();
        while (waiting.hasNext()) {
            PendingCommand command = waiting.next();
            if (!isHeld(command)) {
                waiting.remove();
                return command;
            }
        }
        return null;
    }
}
