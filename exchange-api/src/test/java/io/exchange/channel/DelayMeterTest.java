package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.transport.ConnectionListener;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DelayMeterTest {

    private static final long OPENED = millis(1_000_000);
    /** The sender's clock has another origin. */
    private static final long ORIGIN = millis(77);

    private final DelayMeter meter = new DelayMeter(OPENED);

    @Test
    void what_is_as_quick_as_the_quickest_has_no_delay() {
        assertThat(arrives(10, 30)).isZero();
        assertThat(arrives(2000, 2015)).isZero();
        assertThat(arrives(3000, 3025)).isEqualTo(millis(10));
    }

    @Test
    void a_freeze_counts_in_full() {
        arrives(10, 30);

        assertThat(arrives(2000, 12_020)).isEqualTo(millis(10_000));
    }

    @Test
    void a_freeze_in_the_handshake_counts_for_what_comes_with_its_end() {
        assertThat(arrives(10, 20_000)).isEqualTo(millis(19_500));
        assertThat(arrives(500, 20_001)).isEqualTo(millis(19_011));
        assertThat(arrives(19_900, 20_002)).isZero();
    }

    @Test
    void a_slow_handshake_is_forgotten_a_second_later() {
        arrives(2990, 3000);
        assertThat(arrives(3100, 3110)).isEqualTo(millis(2500));
        assertThat(arrives(4100, 4110)).isZero();
    }

    @Test
    void that_the_controller_took_its_time_to_decide_is_no_delay_but_what_came_on_top_is() {
        meter.firstFrameWasHeld(millis(2800), OPENED + millis(3000));
        assertThat(arrives(2990, 3000)).isZero();
        assertThat(arrives(3100, 3110)).isZero();

        DelayMeter frozen = new DelayMeter(OPENED);
        frozen.firstFrameWasHeld(millis(2800), OPENED + millis(9000));
        assertThat(frozen.delayNanos(OPENED + millis(2990), OPENED + millis(9000)))
                .isEqualTo(millis(9000 - 2800 - 500));
    }

    @Test
    void a_sender_that_does_not_tell_its_time_has_no_delay() {
        assertThat(meter.delayNanos(ConnectionListener.UNKNOWN_TIME, OPENED)).isZero();
    }

    private long arrives(long sentMillis, long arrivedMillis) {
        return meter.delayNanos(OPENED + millis(sentMillis) - ORIGIN, OPENED + millis(arrivedMillis));
    }

    private static long millis(long count) {
        return Duration.ofMillis(count).toNanos();
    }
}
