package io.exchange.controller.route;

import io.exchange.api.ErrorCode;
import io.exchange.channel.Alarm;
import io.exchange.channel.Loop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Where commands wait for a target that is not there, within their deadlines. Confined to the node's own loop. */
final class WaitingRoom {

    private static final int MAX_EACH = 1024;

    private record Guest(Routed<?> routed, Alarm alarm) {}

    private final Loop loop;
    private final Consumer<Routed<?>> router;
    private final Predicate<Routed<?>> isThere;
    private boolean closed;
    private final Map<String, Deque<Guest>> guests = new HashMap<>();
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
        if (routed.hasEnded()) {
            return;
        }
        if (closed) {
            stop(routed);
            return;
        }
        Deque<Guest> room = guests.computeIfAbsent(routed.targetId, target -> new ArrayDeque<>());
        if (room.size() >= MAX_EACH) {
            room.removeIf(WaitingRoom::isCancelled);
        }
        if (room.size() >= MAX_EACH) {
            routed.exhausted(MAX_EACH + " commands wait for target " + routed.targetId + " already");
            return;
        }
        Guest guest = new Guest(routed, new Alarm(() -> tireOf(routed)));
        room.add(guest);
        awaited.add(routed.targetId);
        loop.schedule(guest.alarm, Math.min(routed.command().dueNanos(), loop.nanoTime() + routed.nextWaitNanos()));
        if (mayHaveCome
                && isThere.test(routed)) { // it came after it was looked for and before anybody knew that it is awaited
            leave(routed.targetId);
        }
    }

    private static void stop(Routed<?> routed) {
        routed.refuse(ErrorCode.SHUTTING_DOWN, "the controller stops");
    }

    private static boolean isCancelled(Guest guest) {
        boolean ended = guest.routed.hasEnded();
        if (ended) {
            guest.alarm.cancel();
        }
        return ended;
    }

    /** Its deadline has passed, or it is time to look again: what it waits for need not be told of. */
    private void tireOf(Routed<?> routed) {
        Deque<Guest> room = guests.getOrDefault(routed.targetId, new ArrayDeque<>());
        room.removeIf(guest -> guest.routed == routed);
        forgetIfEmpty(routed.targetId, room);
        if (loop.nanoTime() >= routed.command().dueNanos()) {
            routed.expire();
        } else {
            router.accept(routed);
        }
    }

    private void forgetIfEmpty(String targetId, Deque<Guest> room) {
        if (room.isEmpty()) {
            guests.remove(targetId);
            awaited.remove(targetId);
        }
    }

    /** Sends what waits for a target on its way again. Any thread. */
    void release(String targetId) {
        if (awaited.contains(targetId)) {
            loop.execute(() -> leave(targetId));
        }
    }

    /** The same for all targets. */
    void releaseAll() {
        loop.execute(() -> List.copyOf(guests.keySet()).forEach(this::leave));
    }

    private void leave(String targetId) {
        Deque<Guest> room = guests.remove(targetId);
        awaited.remove(targetId);
        if (room != null) {
            room.forEach(guest -> guest.alarm.cancel());
            room.forEach(guest -> router.accept(guest.routed));
        }
    }

    /** Any thread. */
    void close() {
        loop.execute(() -> {
            closed = true;
            for (Deque<Guest> room : List.copyOf(guests.values())) {
                room.forEach(guest -> guest.alarm.cancel());
                room.forEach(guest -> stop(guest.routed));
            }
            guests.clear();
            awaited.clear();
        });
    }
}
