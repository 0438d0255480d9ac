package io.exchange.channel;

import io.exchange.channel.PendingCommand.State;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The commands that wait at their sender, those that are being encoded among them: first what was sent before, then what was
 * never sent, each in its order. Of those with one order key only the first may go, and not while one before it leaves in
 * fragments; who waits for that is passed over. Confined to the session's loop.
 */
final class SendQueue {

    private final ArrayDeque<PendingCommand> commands = new ArrayDeque<>(0);
    /** By order key the command that leaves in fragments, which the next must not overtake. */
    private Map<String, PendingCommand> leaving = Map.of();

    boolean isEmpty() {
        return commands.isEmpty();
    }

    int size() {
        return commands.size();
    }

    /** Adds a command behind all of which the same is true: that they were sent before, or that they never were. */
    void add(PendingCommand command) {
        if (command.isRepeat()) {
            addRepeat(command);
        } else {
            commands.add(command);
        }
    }

    private void addRepeat(PendingCommand command) {
        ArrayDeque<PendingCommand> neverSent = new ArrayDeque<>();
        while (!commands.isEmpty() && !commands.getLast().isRepeat()) {
            neverSent.addFirst(commands.removeLast());
        }
        commands.add(command);
        commands.addAll(neverSent);
    }

    /** Adds a command that was sent before all that wait. */
    void addFirst(PendingCommand command) {
        commands.addFirst(command);
    }

    void remove(PendingCommand command) {
        commands.remove(command);
    }

    /** The command leaves in fragments. */
    void hold(PendingCommand command) {
        if (command.orderKey != null) {
            if (leaving.isEmpty()) {
                leaving = new HashMap<>(); // most sessions never need one
            }
            leaving.put(command.orderKey, command);
        }
    }

    /** It has left, or does not leave any more. */
    void release(PendingCommand command) {
        if (command.orderKey != null && !leaving.isEmpty()) {
            leaving.remove(command.orderKey, command);
        }
    }

    /** The channel is lost, and with it what was leaving. */
    void releaseAll() {
        leaving = Map.of();
    }

    /** Whether one with the same order key leaves. */
    boolean isHeld(PendingCommand command) {
        return command.orderKey != null && leaving.containsKey(command.orderKey);
    }

    /** Whether a command that was sent before has to wait for another of which that is so. */
    boolean isRepeatHeld(PendingCommand repeat) {
        if (repeat.orderKey == null || commands.isEmpty()) {
            return isHeld(repeat);
        }
        return isHeld(repeat)
                || commands.stream()
                        .anyMatch(before -> before.isRepeat() && Objects.equals(before.orderKey, repeat.orderKey));
    }

    /** Takes out the first that may go; null if there is none. */
    @Nullable
    PendingCommand takeFirst() {
        PendingCommand first = commands.peek();
        if (first == null || isReady(first)) {
            return commands.poll();
        }
        Set<String> behind = new HashSet<>(2);
        Iterator<PendingCommand> waiting = commands.iterator();
        while (waiting.hasNext()) {
            PendingCommand command = waiting.next();
            if (isReady(command) && (command.orderKey == null || !behind.contains(command.orderKey))) {
                waiting.remove();
                return command;
            }
            if (command.orderKey != null) {
                behind.add(command.orderKey);
            }
        }
        return null;
    }

    private boolean isReady(PendingCommand command) {
        return command.state != State.ENCODING && !isHeld(command);
    }
}
