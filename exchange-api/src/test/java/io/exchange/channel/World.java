package io.exchange.channel;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Credentials;
import io.exchange.protocol.Frame;
import io.exchange.transport.Connection;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Several event loops and a network on one thread, with virtual time and an order of events that chance decides. */
final class World {

    /** The longest that a frame is on the way while nothing is stuck. */
    static final long MAX_DELAY_NANOS = Duration.ofMillis(20).toNanos();

    private static final long STEP_NANOS = Duration.ofMillis(5).toNanos();

    private record Event(long atNanos, long number, Runnable action) {}

    final Random chance;
    private final List<WorldLoop> loops = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::number));
    private long numbers;
    private long nowNanos = Duration.ofHours(1).toNanos();
    private @Nullable WorldLoop current;

    World(long seed) {
        chance = new Random(seed);
    }

    long nanoTime() {
        return nowNanos;
    }

    Loop newLoop() {
        WorldLoop loop = new WorldLoop();
        loops.add(loop);
        return loop;
    }

    /** Something happens later, outside of all loops. */
    void after(long delayNanos, Runnable action) {
        numbers++;
        events.add(new Event(nowNanos + delayNanos, numbers, action));
    }

    long upTo(Duration most) {
        return (long) (chance.nextDouble() * most.toNanos());
    }

    /** Lets things happen, in an order that only chance and each loop's own queue decide, until time has come. */
    void run(Duration time) {
        long end = nowNanos + time.toNanos();
        while (nowNanos < end) {
            while (runOne()) {
                // one after the other
            }
            nowNanos = Math.min(end, nowNanos + 1 + (long) (chance.nextDouble() * STEP_NANOS));
            for (WorldLoop loop : loops) {
                enter(loop, () -> loop.wheel.advanceTo(nowNanos));
            }
        }
    }

    private boolean runOne() {
        List<WorldLoop> busy =
                loops.stream().filter(loop -> !loop.tasks.isEmpty()).toList();
        boolean due = !events.isEmpty() && events.peek().atNanos <= nowNanos;
        int choice = chance.nextInt(busy.size() + (due ? 1 : 0) + 1);
        if (choice < busy.size()) {
            WorldLoop loop = busy.get(choice);
            enter(loop, loop.tasks.remove());
        } else if (due) {
            events.remove().action.run();
        } else if (busy.isEmpty() || chance.nextInt(4) == 0) {
            return false;
        }
        return true;
    }

    private void enter(WorldLoop loop, Runnable task) {
        current = loop;
        task.run();
        current = null;
    }

    boolean hasAlarms() {
        return loops.stream().anyMatch(loop -> !loop.wheel.isEmpty());
    }

    private final class WorldLoop implements Loop {

        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private final TimingWheel wheel = new TimingWheel(nowNanos);

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public boolean inLoop() {
            return current == this;
        }

        @Override
        public long nanoTime() {
            return nowNanos;
        }

        @Override
        public void schedule(Alarm alarm, long dueNanos) {
            if (!inLoop()) {
                throw new AssertionError("an alarm is set on its own loop");
            }
            wheel.add(alarm, dueNanos);
        }

        @Override
        public void offload(Runnable work, Runnable then) {
            after(upTo(Duration.ofMillis(chance.nextInt(8) == 0 ? 2000 : 5)), () -> {
                work.run();
                execute(then);
            });
        }
    }

    /** A connection between two loops, both ends of which are started in the call that is given them. */
    final class Link {

        final End near;
        final End far;
        private boolean cut;

        Link(Loop nearLoop, Loop farLoop) {
            near = new End(this, nearLoop);
            far = new End(this, farLoop);
            near.peer = far;
            far.peer = near;
        }

        /** What is on the way is lost, and each end hears of it in its own time. */
        void cut() {
            cut = true;
            near.lostAfter(upTo(Duration.ofMillis(500)));
            far.lostAfter(upTo(Duration.ofMillis(500)));
        }

        /** Nothing moves for a while, on a link whose ends have seen how quick it is without that. */
        void stall(long nanos) {
            if (!near.hasReceived || !far.hasReceived) {
                return;
            }
            near.arrivesAtNanos = Math.max(near.arrivesAtNanos, nowNanos + nanos);
            far.arrivesAtNanos = Math.max(far.arrivesAtNanos, nowNanos + nanos);
        }
    }

    /** One end of a link. */
    final class End implements Connection {

        private static final int HIGH = 12;
        private static final int LOW = 4;

        private final Link link;
        private final Loop loop;
        private @Nullable End peer;
        private @Nullable ConnectionListener listener;
        private boolean open = true;
        private boolean full;
        private boolean hasReceived;
        private int onTheWay;
        private long arrivesAtNanos;

        private End(Link link, Loop loop) {
            this.link = link;
            this.loop = loop;
        }

        @Override
        public void send(Frame frame) {
            checkLoop();
            if (!open) {
                return;
            }
            onTheWay++;
            full |= onTheWay >= HIGH;
            long sentAtNanos = nowNanos;
            arrive(() -> {
                taken();
                if (!link.cut) {
                    other().deliver(frame, sentAtNanos);
                }
            });
        }

        /** After all that was sent before. */
        private void arrive(Runnable arrival) {
            arrivesAtNanos = Math.max(arrivesAtNanos, nowNanos + (long) (chance.nextDouble() * MAX_DELAY_NANOS));
            after(arrivesAtNanos - nowNanos, arrival);
        }

        private void taken() {
            onTheWay--;
            if (full && onTheWay <= LOW) {
                full = false;
                loop.execute(() -> {
                    if (open) {
                        listener().onWritable();
                    }
                });
            }
        }

        private void deliver(Frame frame, long sentAtNanos) {
            loop.execute(() -> {
                if (open) {
                    hasReceived = true;
                    listener().onFrame(frame, sentAtNanos);
                    listener().onBatchEnd();
                }
            });
        }

        @Override
        public void close(CloseReason reason) {
            checkLoop();
            if (open) {
                open = false;
                loop.execute(() -> listener().onClosed(reason));
                arrive(() -> other().lostAfter(0));
            }
        }

        private void lostAfter(long nanos) {
            after(
                    nanos,
                    () -> loop.execute(() -> {
                        if (open) {
                            open = false;
                            listener().onClosed(CloseReason.of(Code.CONNECTION_LOST, "lost"));
                        }
                    }));
        }

        @Override
        public void start(ConnectionListener newListener) {
            checkLoop();
            listener = newListener;
        }

        @Override
        public boolean isWritable() {
            return !full;
        }

        @Override
        public boolean passesValues() {
            return false;
        }

        @Override
        public Credentials peer() {
            return new Credentials(Map.of(), List.of(), null);
        }

        @Override
        public Context context() {
            throw new UnsupportedOperationException("this loop has no context");
        }

        private void checkLoop() {
            if (!loop.inLoop()) {
                throw new AssertionError("a connection is used on its own loop");
            }
        }

        private End other() {
            return Objects.requireNonNull(peer);
        }

        private ConnectionListener listener() {
            return Objects.requireNonNull(listener);
        }
    }
}
