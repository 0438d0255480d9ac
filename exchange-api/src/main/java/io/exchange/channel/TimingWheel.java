package io.exchange.channel;

import org.jspecify.annotations.Nullable;

/**
 * All alarms of one event loop: a hashed wheel of linked lists (Varghese and Lauck, 1987, scheme 6), so that setting and
 * calling off an alarm takes constant time however many there are. Alarms ring up to one tick late, never early. Confined
 * to one thread.
 */
final class TimingWheel {

    /** About 8.4 ms. */
    static final int TICK_SHIFT = 23;

    private static final int BUCKETS = 1024;

    /** The list of those that are due at this tick, behind the buckets. */
    private static final int RINGING = BUCKETS;

    private final @Nullable Alarm[] buckets = new Alarm[BUCKETS + 1];
    private long tick;
    private int size;

    TimingWheel(long nowNanos) {
        tick = nowNanos >> TICK_SHIFT;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(Alarm alarm, long dueNanos) {
        alarm.cancel();
        alarm.dueNanos = dueNanos;
        // an alarm in the past rings at the next tick
        long due = Math.max((dueNanos >> TICK_SHIFT) + 1, tick + 1);
        put(alarm, (int) (due & (BUCKETS - 1)));
    }

    void remove(Alarm alarm) {
        Alarm before = alarm.previous;
        Alarm after = alarm.next;
        if (before == null) {
            buckets[alarm.bucket] = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        alarm.previous = null;
        alarm.next = null;
        alarm.wheel = null;
        size--;
    }

    /** Rings all alarms that are due, in the order of their ticks. */
    void advanceTo(long nowNanos) {
        long target = nowNanos >> TICK_SHIFT;
        if (target - tick > BUCKETS) {
            tick = target - BUCKETS; // after a long pause one turn of the wheel meets every alarm
        }
        while (tick < target) {
            tick++;
            ring((int) (tick & (BUCKETS - 1)), nowNanos);
        }
    }

    private void ring(int bucket, long nowNanos) {
        gatherDue(bucket, nowNanos);
        Alarm due = buckets[RINGING];
        while (due != null) {
            remove(due);
            Guard.run(due.action); // may set and call off alarms, those that are about to ring among them
            due = buckets[RINGING];
        }
    }

    private void gatherDue(int bucket, long nowNanos) {
        Alarm alarm = buckets[bucket];
        while (alarm != null) {
            Alarm following = alarm.next;
            if (alarm.dueNanos <= nowNanos) {
                remove(alarm);
                put(alarm, RINGING);
            }
            alarm = following;
        }
    }

    private void put(Alarm alarm, int bucket) {
        Alarm head = buckets[bucket];
        alarm.wheel = this;
        alarm.bucket = bucket;
        alarm.next = head;
        if (head != null) {
            head.previous = alarm;
        }
        buckets[bucket] = alarm;
        size++;
    }
}
