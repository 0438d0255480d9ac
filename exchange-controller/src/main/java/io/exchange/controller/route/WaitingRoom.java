package io.exchange.controller.route;

import io.exchange.api.ErrorCode;
import io.exchange.channel.Alarm;
import io.exchange.channel.Loop;
import io.exchange.protocol.Frame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Where commands are that are on no path, within their deadlines: those that wait for a target that is not there, and those that
 * rest, which nothing wakes but what they rest for. Confined to the node's own loop.
 */
final class WaitingRoom {

    private static final int MAX_NEWCOMERS_EACH = 1024;

    /** Who waits for one target, in the order in which they came. */
    private static final class Room {

        /** What a path had taken, and lost: as many as there were, and they go first, as they did then. */
        private final Map<Routed<?>, Alarm> returned = new LinkedHashMap<>();

        private final Map<Routed<?>, Alarm> newcomers = new LinkedHashMap<>();

        Map<Routed<?>, Alarm> of(Routed<?> routed) {
            return routed.hasReturned() ? returned : newcomers;
        }

        /** Whether there is no place, not even one of somebody who does not wait any more. */
        boolean isFullFor(Routed<?> routed) {
            if (routed.hasReturned() || newcomers.size() < MAX_NEWCOMERS_EACH) {
                return false;
            }
            newcomers.entrySet().removeIf(guest -> isCancelled(guest.getKey(), guest.getValue()));
            return newcomers.size() >= MAX_NEWCOMERS_EACH;
        }

        private static boolean isCancelled(Routed<?> routed, Alarm alarm) {
            boolean ended = routed.hasEnded();
            if (ended) {
                alarm.cancel();
            }
            return ended;
        }

        void clear(Consumer<Routed<?>> then) {
            returned.values().forEach(Alarm::cancel);
            newcomers.values().forEach(Alarm::cancel);
            returned.keySet().forEach(then);
            newcomers.keySet().forEach(then);
        }
    }

    private final Loop loop;
    private final Consumer<Routed<?>> router;
    private final Predicate<Routed<?>> isThere;
    private boolean closed;
    private final Map<String, Room> rooms = new HashMap<>();
    private final Map<Routed<?>, Alarm> resting = new LinkedHashMap<>();
    /** The targets that are waited for, for {@link #release} on other loops. */
    private final Set<String> awaited = ConcurrentHashMap.newKeySet();

    WaitingRoom(Loop loop, Consumer<Routed<?>> router, Predicate<Routed<?>> isThere) {
        this.loop = loop;
        this.router = router;
        this.isThere = isThere;
    }

    /**
     * Any thread.
     *
     * @param mayHaveCome whether to look at once whether the target came just now
     */
    void add(Routed<?> routed, boolean mayHaveCome) {
        loop.execute(() -> enter(routed, mayHaveCome));
    }

    private void enter(Routed<?> routed, boolean mayHaveCome) {
        if (isOver(routed)) {
            return;
        }
        Room room = rooms.computeIfAbsent(routed.targetId, target -> new Room());
        if (room.isFullFor(routed)) {
            routed.exhausted(MAX_NEWCOMERS_EACH + " commands wait for target " + routed.targetId + " already");
            return;
        }
        Alarm alarm = new Alarm(() -> tireOf(routed));
        room.of(routed).put(routed, alarm);
        awaited.add(routed.targetId);
        routed.waits();
        loop.schedule(alarm, Math.min(routed.command().dueNanos(), loop.nanoTime() + routed.nextWaitNanos()));
        if (mayHaveCome
                && isThere.test(routed)) { // it came after it was looked for and before anybody knew that it is awaited
            leave(routed.targetId);
        }
    }

    private boolean isOver(Routed<?> routed) {
        if (closed && !routed.hasEnded()) {
            stop(routed);
        }
        return routed.hasEnded();
    }

    private static void stop(Routed<?> routed) {
        routed.refuse(ErrorCode.SHUTTING_DOWN, "the controller stops");
    }

    /** Its deadline has passed, or it is time to look again: what it waits for need not be told of. */
    private void tireOf(Routed<?> routed) {
        Room room = rooms.get(routed.targetId);
        if (room != null && room.of(routed).remove(routed) != null) {
            forgetIfEmpty(routed.targetId, room);
        }
        goOn(routed);
    }

    private void goOn(Routed<?> routed) {
        if (loop.nanoTime() >= routed.command().dueNanos()) {
            routed.expire();
        } else {
            router.accept(routed);
        }
    }

    private void forgetIfEmpty(String targetId, Room room) {
        if (room.returned.isEmpty() && room.newcomers.isEmpty()) {
            rooms.remove(targetId);
            awaited.remove(targetId);
        }
    }

    /**
     * Keeps a command until a time, or its deadline, and then sends it on its way again; what comes meanwhile does not. On the
     * loop.
     */
    void rest(Routed<?> routed, long untilNanos) {
        if (!isOver(routed)) {
            Alarm alarm = new Alarm(() -> {
                resting.remove(routed);
                goOn(routed);
            });
            resting.put(routed, alarm);
            long due = Math.min(untilNanos, routed.command().dueNanos());
            if (due != Frame.NO_DEADLINE) {
                loop.schedule(alarm, due);
            }
        }
    }

    /** Ends a rest before its time; whether the command goes on, as it has not ended meanwhile. On the loop. */
    boolean wake(Routed<?> routed) {
        Alarm alarm = resting.remove(routed);
        if (alarm != null) {
            alarm.cancel();
        }
        return alarm != null && !routed.hasEnded();
    }

    /** Sends what waits for a target on its way again. Any thread. */
    void release(String targetId) {
        if (awaited.contains(targetId)) {
            loop.execute(() -> leave(targetId));
        }
    }

    /** The same for all targets. */
    void releaseAll() {
        loop.execute(() -> List.copyOf(rooms.keySet()).forEach(this::leave));
    }

    private void leave(String targetId) {
        Room room = rooms.remove(targetId);
        awaited.remove(targetId);
        if (room != null) {
            room.clear(router);
        }
    }

    /** Ends all that is here, and whatever comes. Any thread; completes when nothing is left. */
    Future<Void> close() {
        Promise<Void> ended = Promise.promise();
        loop.execute(() -> {
            closed = true;
            List<Room> left = List.copyOf(rooms.values());
            Map<Routed<?>, Alarm> interrupted = new LinkedHashMap<>(resting);
            rooms.clear();
            awaited.clear();
            resting.clear();
            left.forEach(room -> room.clear(WaitingRoom::stop));
            interrupted.values().forEach(Alarm::cancel);
            interrupted.keySet().stream().filter(routed -> !routed.hasEnded()).forEach(WaitingRoom::stop);
            ended.complete();
        });
        return ended.future();
    }
}
