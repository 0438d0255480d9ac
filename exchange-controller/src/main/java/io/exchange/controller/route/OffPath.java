package io.exchange.controller.route;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Of which targets and order keys there are commands on no path. What is sent next with such a key goes by the node's own loop,
 * where those are found, so that they can go first. Safe for any thread.
 */
final class OffPath {

    /** What comes back from a path had its turn before all that was never on one. */
    private static final long RETURNED = Long.MIN_VALUE;

    private record Line(String targetId, String orderKey) {}

    /** The number of stays off the path that have not ended; a command may begin the next before the last has been ended. */
    private final Map<Line, Integer> stays = new ConcurrentHashMap<>();

    private final AtomicLong places = new AtomicLong();

    boolean isEmpty() {
        return stays.isEmpty();
    }

    /** A command that has been on no path finds none. */
    void enters(Routed<?> routed) {
        stays.compute(line(routed), (line, count) -> enter(routed, count, places.incrementAndGet()));
        watch(routed);
    }

    /** The same of one that may find a path, if others with its key are on none; gives whether they are. */
    boolean followsOthers(Routed<?> routed) {
        boolean follows = !stays.isEmpty()
                && stays.computeIfPresent(line(routed), (line, count) -> enter(routed, count, places.incrementAndGet()))
                        != null;
        if (follows) {
            watch(routed);
        }
        return follows;
    }

    /**
     * A command comes back from its path.
     *
     * @param handOver hands it to the loop: before anything that follows it is handed over
     */
    void comesBack(Routed<?> routed, Runnable handOver) {
        stays.compute(line(routed), (line, count) -> {
            handOver.run();
            return enter(routed, count, RETURNED + places.incrementAndGet());
        });
        watch(routed);
    }

    private static int enter(Routed<?> routed, @Nullable Integer count, long place) {
        routed.staysOffPath(place);
        return count == null ? 1 : count + 1;
    }

    /** However it ends, and if it has ended meanwhile. */
    private void watch(Routed<?> routed) {
        if (routed.isFirstWatched()) {
            routed.reply.reply().onComplete(ended -> end(routed, Integer.MAX_VALUE));
        } else if (routed.hasEnded()) {
            end(routed, Integer.MAX_VALUE);
        }
    }

    /** A command was put on a path, by which it may have come back already. */
    void leaves(Routed<?> routed) {
        end(routed, 1);
    }

    private void end(Routed<?> routed, int most) {
        stays.computeIfPresent(line(routed), (line, count) -> {
            int left = count - routed.endStays(most);
            return left == 0 ? null : left;
        });
    }

    private static Line line(Routed<?> routed) {
        return new Line(routed.targetId, routed.orderKey());
    }
}
