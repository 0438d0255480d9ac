package io.exchange.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.exchange.protocol.ChannelLimits;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is wrong is refused where it is set, and not when it shows. */
class ControllerOptionsTest {

    private final ControllerOptions options = new ControllerOptions();

    @Test
    void a_lease_that_the_heartbeats_cannot_renew_in_time_is_refused() {
        ChannelLimits flapping = ChannelLimits.DEFAULT.withLease(Duration.ofSeconds(2));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.setChannelLimits(flapping))
                .withMessageContaining("PT2S")
                .withMessageContaining("PT3S")
                .withMessageContaining("at least twice");
        options.setChannelLimits(flapping.withHeartbeatInterval(Duration.ofSeconds(1)));
        assertThat(options.getChannelLimits().lease()).hasSeconds(2);
    }

    @Test
    void numbers_below_what_they_can_mean_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.setMaxConcurrent(-1))
                .withMessageContaining("0 for any number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.setHealthInterval(Duration.ofSeconds(-1)))
                .withMessageContaining("zero for no health checks");
        assertThat(options.setHealthInterval(Duration.ZERO).getHealthInterval()).isZero();
    }

    @Test
    void a_role_has_a_number_of_slots_that_a_record_can_hold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.setRoleSlots(Map.of("report", -1)))
                .withMessageContaining("report has 0 to");
        assertThatIllegalArgumentException().isThrownBy(() -> options.setRoleSlots(Map.of("report", 1_000_000)));
        assertThatIllegalArgumentException().isThrownBy(() -> options.setRoleSlots(Map.of("", 1)));
        assertThat(options.setRoleSlots(Map.of("report", 0)).getRoleSlots()).containsEntry("report", 0);
    }

    @Test
    @SuppressWarnings("NullAway")
    void nothing_is_no_value() {
        assertThatNullPointerException()
                .isThrownBy(() -> options.setObserver(null))
                .withMessageContaining("ExchangeObserver.NONE");
        assertThatNullPointerException()
                .isThrownBy(() -> options.setHelloHandler(null))
                .withMessageContaining("leave it unset");
        assertThatNullPointerException()
                .isThrownBy(() -> options.setAuthenticator(null))
                .withMessageContaining("leave it unset");
        assertThatNullPointerException()
                .isThrownBy(() -> options.setChannelLimits(null))
                .withMessageContaining("ChannelLimits.DEFAULT");
    }
}
