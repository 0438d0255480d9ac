package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class TimingWheelProperties {

    private static final long STEP_NANOS = 10_000_000;
    private static final long LATEST_NANOS = 20_000_000;
    private static final long SPAN_NANOS = 30_000_000_000L;

    private long nowNanos;
    private int rung;

    @Property(tries = 100)
    void no_alarm_rings_early_and_none_more_than_twenty_milliseconds_late(@ForAll long seed) {
        Random random = new Random(seed);
        nowNanos = random.nextLong() >> 8;
        rung = 0;
        long end = nowNanos + SPAN_NANOS + LATEST_NANOS;
        TimingWheel wheel = new TimingWheel(nowNanos);
        for (int i = 0; i < 50; i++) {
            long due = nowNanos + 1 + (long) (random.nextDouble() * SPAN_NANOS);
            wheel.add(new Alarm(() -> ring(due)), due);
        }

        while (nowNanos < end) {
            nowNanos += STEP_NANOS;
            wheel.advanceTo(nowNanos);
        }

        assertThat(rung).isEqualTo(50);
        assertThat(wheel.isEmpty()).isTrue();
    }

    private void ring(long dueNanos) {
        if (nowNanos >= dueNanos && nowNanos - dueNanos <= LATEST_NANOS) {
            rung++;
        }
    }
}
