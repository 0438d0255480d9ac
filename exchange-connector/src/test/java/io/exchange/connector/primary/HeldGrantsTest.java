package io.exchange.connector.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.api.Grant;
import io.exchange.api.Roles;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Frame.Told;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lease is 100 ns, the hello of the first channel is sent at 0. */
class HeldGrantsTest {

    private final HeldGrants held = new HeldGrants(false, 0);
    private final Grant ten = new Grant(Roles.PRIMARY, 0, 10);
    private final Grant eleven = new Grant(Roles.PRIMARY, 0, 11);

    HeldGrantsTest() {
        assertThat(held.attach(1, 0)).isEmpty();
    }

    @Test
    void a_grant_holds_for_its_lease_from_when_the_heartbeat_was_sent() {
        assertThat(granted(ten, 0, 30)).isEqualTo(step(true, new Frame.GrantedAck(ten)));

        assertThat(held.held(99)).containsExactly(ten);
        assertThat(held.held(100)).isEmpty();
        assertThat(held.nextStepDown()).hasValue(100);
    }

    @Test
    void it_steps_down_when_the_lease_is_over_and_says_so() {
        granted(ten, 0, 30);

        assertThat(held.due(99)).isEqualTo(step(false));
        assertThat(held.due(100)).isEqualTo(step(true, new Frame.RevokedAck(ten)));
        assertThat(held.due(101)).isEqualTo(step(false));
        assertThat(held.nextStepDown()).isEmpty();
    }

    @Test
    void a_lease_ends_earlier_by_what_the_alarm_may_be_late() {
        HeldGrants early = new HeldGrants(false, 20);
        early.attach(1, 0);
        early.granted(1, new Frame.Granted(ten, 0, 100), 30);

        assertThat(early.held(79)).containsExactly(ten);
        assertThat(early.held(80)).isEmpty();
        assertThat(early.nextStepDown()).hasValue(80);
        assertThat(early.granted(1, new Frame.Granted(eleven, 0, 100), 80))
                .isEqualTo(step(true, new Frame.RevokedAck(ten), new Frame.RevokedAck(eleven)));
    }

    @Test
    void an_answered_heartbeat_renews_from_when_it_was_sent() {
        granted(ten, 0, 30);
        held.heartbeatSent(1, 50);

        assertThat(held.heartbeatAck(1, new Frame.HeartbeatAck(1, 100), 60)).isEqualTo(step(false));
        assertThat(held.held(149)).containsExactly(ten);
        assertThat(held.held(150)).isEmpty();
    }

    @Test
    void an_answer_that_renews_nothing_takes_nothing() {
        granted(ten, 0, 30);
        held.heartbeatSent(1, 50);
        held.heartbeatAck(1, new Frame.HeartbeatAck(1, 0), 60);

        assertThat(held.held(99)).containsExactly(ten);
        assertThat(held.held(100)).isEmpty();
    }

    @Test
    void an_answer_that_comes_after_the_lease_brings_nothing_back() {
        granted(ten, 0, 30);
        held.heartbeatSent(1, 50);

        assertThat(held.heartbeatAck(1, new Frame.HeartbeatAck(1, 100), 100))
                .isEqualTo(step(true, new Frame.RevokedAck(ten)));
        assertThat(held.held(101)).isEmpty();
    }

    @Test
    void a_grant_whose_lease_is_over_or_that_names_no_known_heartbeat_is_not_taken() {
        assertThat(granted(ten, 0, 100)).isEqualTo(step(false, new Frame.RevokedAck(ten)));
        assertThat(granted(eleven, 7, 30)).isEqualTo(step(false, new Frame.RevokedAck(eleven)));
        assertThat(held.held(101)).isEmpty();
    }

    @Test
    void a_term_that_was_told_before_is_not_taken_again() {
        granted(eleven, 0, 30);
        held.revoked(1, new Frame.Revoked(eleven), 40);

        assertThat(granted(eleven, 0, 50)).isEqualTo(step(false, new Frame.RevokedAck(eleven)));
        assertThat(granted(ten, 0, 50)).isEqualTo(step(false, new Frame.RevokedAck(ten)));
    }

    @Test
    void the_term_that_is_held_is_renewed_by_being_told_again() {
        granted(ten, 0, 30);
        held.heartbeatSent(1, 50);

        assertThat(granted(ten, 1, 60)).isEqualTo(step(false, new Frame.GrantedAck(ten)));
        assertThat(held.nextStepDown()).hasValue(150);
    }

    @Test
    void a_higher_term_takes_the_place_of_the_one_held() {
        granted(ten, 0, 30);

        assertThat(granted(eleven, 0, 40))
                .isEqualTo(step(true, new Frame.RevokedAck(ten), new Frame.GrantedAck(eleven)));
        assertThat(held.held(40)).containsExactly(eleven);
        assertThat(held.isStale(ten)).isTrue();
        assertThat(held.isStale(eleven)).isFalse();
    }

    @Test
    void a_revoke_ends_the_slot_and_is_acknowledged_even_if_it_is_not_held() {
        granted(ten, 0, 30);

        assertThat(held.revoked(1, new Frame.Revoked(ten), 40)).isEqualTo(step(true, new Frame.RevokedAck(ten)));
        assertThat(held.revoked(1, new Frame.Revoked(ten), 41)).isEqualTo(step(false, new Frame.RevokedAck(ten)));
    }

    @Test
    void a_revoke_of_a_higher_term_ends_the_lower_one_that_is_held() {
        granted(ten, 0, 30);

        assertThat(held.revoked(1, new Frame.Revoked(eleven), 40))
                .isEqualTo(step(true, new Frame.RevokedAck(ten), new Frame.RevokedAck(eleven)));
        assertThat(granted(eleven, 0, 41)).isEqualTo(step(false, new Frame.RevokedAck(eleven)));
    }

    @Test
    void a_revoke_of_a_lower_term_leaves_the_higher_one() {
        granted(eleven, 0, 30);

        assertThat(held.revoked(1, new Frame.Revoked(ten), 40)).isEqualTo(step(false, new Frame.RevokedAck(ten)));
        assertThat(held.held(40)).containsExactly(eleven);
    }

    @Test
    void what_is_held_outlives_the_channel_and_the_next_hello_says_so() {
        granted(ten, 0, 30);

        assertThat(held.channelLost(1, 40)).isEqualTo(step(false));
        assertThat(held.held(41)).containsExactly(ten);
        assertThat(held.attach(2, 60)).containsExactly(new Told(ten, true));
        assertThat(granted(2, ten, 0, 70)).isEqualTo(step(false, new Frame.GrantedAck(ten)));
        assertThat(held.nextStepDown()).hasValue(160);
    }

    @Test
    void a_hello_after_the_lease_says_that_nothing_is_held_but_which_term_was_told() {
        granted(ten, 0, 30);
        held.channelLost(1, 40);

        assertThat(held.attach(2, 100)).containsExactly(new Told(ten, false));
        assertThat(granted(2, ten, 0, 110).frames()).containsOnly(new Frame.RevokedAck(ten));
        assertThat(held.held(110)).isEmpty();
    }

    @Test
    void from_the_hello_on_nothing_counts_that_comes_by_an_earlier_channel() {
        held.attach(2, 40);

        assertThat(granted(1, ten, 0, 50)).isEqualTo(HeldStep.NONE);
        granted(2, ten, 0, 50);
        assertThat(held.revoked(1, new Frame.Revoked(ten), 60)).isEqualTo(HeldStep.NONE);
        assertThat(held.heartbeatAck(1, new Frame.HeartbeatAck(0, 500), 60)).isEqualTo(HeldStep.NONE);
        assertThat(held.channelLost(1, 60)).isEqualTo(HeldStep.NONE);
        assertThat(held.nextStepDown()).hasValue(140);
    }

    @Test
    void heartbeats_of_an_earlier_channel_are_forgotten() {
        held.heartbeatSent(1, 90);
        held.attach(2, 95);

        assertThat(granted(2, ten, 1, 100)).isEqualTo(step(false, new Frame.RevokedAck(ten)));
    }

    @Test
    void frames_wait_for_no_channel() {
        granted(ten, 0, 30);
        held.channelLost(1, 40);

        assertThat(held.due(100)).isEqualTo(step(true));
    }

    @Test
    void if_agreed_it_steps_down_with_its_channel() {
        HeldGrants direct = new HeldGrants(true, 0);
        direct.attach(1, 0);
        direct.granted(1, new Frame.Granted(ten, 0, 100), 10);

        assertThat(direct.channelLost(1, 20)).isEqualTo(step(true));
        assertThat(direct.held(20)).isEmpty();
    }

    @Test
    void before_a_good_bye_it_steps_down_and_takes_nothing_more() {
        granted(ten, 0, 30);

        assertThat(held.leave(40)).isEqualTo(step(true, new Frame.RevokedAck(ten)));
        assertThat(granted(eleven, 0, 50)).isEqualTo(step(false, new Frame.RevokedAck(eleven)));
    }

    @Test
    void a_clock_that_overflows_changes_nothing() {
        HeldGrants late = new HeldGrants(false, 0);
        late.attach(1, Long.MAX_VALUE - 10);
        late.granted(1, new Frame.Granted(ten, 0, 100), Long.MAX_VALUE);

        assertThat(late.held(Long.MIN_VALUE + 80)).containsExactly(ten);
        assertThat(late.held(Long.MIN_VALUE + 89)).isEmpty();
    }

    @Test
    void a_lease_of_any_length_is_taken_for_a_day_at_most() {
        held.granted(1, new Frame.Granted(ten, 0, Long.MAX_VALUE), 30);

        assertThat(held.nextStepDown()).hasValue(86_400_000_000_000L);
    }

    @Test
    void an_attach_number_is_never_used_twice() {
        assertThatThrownBy(() -> held.attach(1, 10)).isInstanceOf(IllegalArgumentException.class);
    }

    private HeldStep granted(Grant grant, long heartbeat, long now) {
        return granted(1, grant, heartbeat, now);
    }

    private HeldStep granted(long attach, Grant grant, long heartbeat, long now) {
        return held.granted(attach, new Frame.Granted(grant, heartbeat, 100), now);
    }

    private static HeldStep step(boolean changed, Frame... frames) {
        return new HeldStep(changed, List.of(frames));
    }
}
