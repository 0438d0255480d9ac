package io.exchange.controller.route;

import io.exchange.api.ErrorCode;
import io.exchange.channel.Alarm;
import io.exchange.channel.Loop;
import io.exchange.protocol.Frame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

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

        Stream<Routed<?>> stream() {
            return Stream.concat(returned.keySet().stream(), newcomers.keySet().stream());
        }

        /** Takes one out; whether it was there. */
        boolean take(Routed<?> routed) {
            Alarm alarm = of(routed).remove(routed);
            if (alarm != null) {
                alarm.cancel();
            }
            return alarm != null;
        }

        void cancelAlarms() {
            returned.values().forEach(Alarm::cancel);
            newcomers.values().forEach(Alarm::cancel);
        }

        boolean isEmpty() {
            return returned.isEmpty() && newcomers.isEmpty();
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
        if (loop.inLoop()) { // at once, for what follows it by the loop to find it here
            enter(routed, mayHaveCome);
        } else {
            loop.execute(() -> enter(routed, mayHaveCome));
        }
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
        take(routed);
        goOn(routed);
    }

    private boolean take(Routed<?> routed) {
        Room room = rooms.get(routed.targetId);
        if (room == null || !room.take(routed)) {
            return false;
        }
        if (room.isEmpty()) {
            rooms.remove(routed.targetId);
            awaited.remove(routed.targetId);
        }
        return true;
    }

    /** Takes out what is to be sent before a command and can go now, in that order. On the loop. */
    List<Routed<?>> takeBefore(Routed<?> routed) {
        Stream<Routed<?>> waiting =
                Optional.ofNullable(rooms.get(routed.targetId)).stream().flatMap(Room::stream);
        Stream<Routed<?>> looking =
                resting.keySet().stream().filter(other -> !other.isLogged()); // those may rest for their log
        List<Routed<?>> earlier = Stream.concat(waiting, looking)
                .filter(other -> other.isBefore(routed) && isThere.test(other))
                .sorted(Comparator.comparingLong(Routed::place))
                .toList();
        return earlier.stream()
                .filter(other -> take(other) || wake(other, Objects.requireNonNull(resting.get(other))))
                .toList();
    }

    private void goOn(Routed<?> routed) {
        if (loop.nanoTime() >= routed.command().dueNanos()) {
            routed.expire();
        } else {
            router.accept(routed);
        }
    }

    /**
     * Keeps a command until a time, or its deadline, and then sends it on its way again; what comes meanwhile does not. On the
     * loop.
     *
     * @return what ends the rest
     */
    Alarm rest(Routed<?> routed, long untilNanos) {
        Alarm alarm = new Alarm(() -> {
            resting.remove(routed);
            goOn(routed);
        });
        if (!isOver(routed)) {
            resting.put(routed, alarm);
            long due = Math.min(untilNanos, routed.command().dueNanos());
            if (due != Frame.NO_DEADLINE) {
                loop.schedule(alarm, due);
            }
        }
        return alarm;
    }

    /** Ends a rest before its time; whether the command goes on, as it has not gone on or ended meanwhile. On the loop. */
    boolean wake(Routed<?> routed, Alarm rest) {
        boolean rested = resting.remove(routed, rest);
        if (rested) {
            rest.cancel();
        }
        return rested && !routed.hasEnded();
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
        Room room = rooms.get(targetId);
        if (room != null) {
            room.stream().toList().forEach(routed -> {
                if (take(routed)) { // and not sent before another one in the meantime
                    router.accept(routed);
                }
            });
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
            left.forEach(Room::cancelAlarms);
            left.stream().flatMap(Room::stream).toList().forEach(WaitingRoom::stop);
            interrupted.values().forEach(Alarm::cancel);
            interrupted.keySet().stream().filter(routed -> !routed.hasEnded()).forEach(WaitingRoom::stop);
            ended.complete();
        });
        return ended.future();
    }
}
