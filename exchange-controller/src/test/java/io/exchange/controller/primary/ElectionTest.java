package io.exchange.controller.primary;

import static io.exchange.controller.primary.Events.NOW;
import static io.exchange.controller.primary.Events.UNKNOWN;
import static io.exchange.controller.primary.Events.after;
import static io.exchange.controller.primary.Events.attach;
import static io.exchange.controller.primary.Events.attached;
import static io.exchange.controller.primary.Events.grant;
import static io.exchange.controller.primary.Events.held;
import static io.exchange.controller.primary.Events.holders;
import static io.exchange.controller.primary.Events.notHeld;
import static io.exchange.controller.primary.Events.primary;
import static io.exchange.controller.primary.Events.then;
import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.Grant;
import io.exchange.api.Roles;
import io.exchange.controller.primary.TargetEvent.Ended;
import io.exchange.controller.primary.TargetEvent.HealthChanged;
import io.exchange.controller.primary.TargetEvent.LeaseOver;
import io.exchange.controller.primary.TargetEvent.Leaving;
import io.exchange.controller.primary.TargetEvent.MoveRequested;
import io.exchange.controller.primary.TargetEvent.NodeLeaseOver;
import io.exchange.controller.primary.TargetEvent.NodeLost;
import io.exchange.controller.primary.TargetEvent.Released;
import io.exchange.controller.primary.TargetEvent.RolesChanged;
import io.exchange.controller.primary.TargetEvent.Settled;
import io.exchange.controller.primary.TargetEvent.Suspended;
import io.exchange.controller.primary.TargetEvent.Swept;
import io.exchange.protocol.Frame.Told;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ElectionTest {

    private static final ElectionRules TWO_SLOTS = new ElectionRules(Map.of(Roles.PRIMARY, 2), 1, true);

    @Test
    void the_first_session_becomes_primary_under_a_term_past_cluster_time() {
        TargetRecord record = after(attached("s1", 1));

        assertThat(holders(record)).containsExactly("s1");
        assertThat(grant(record).term()).isEqualTo(NOW + 1);
        assertThat(record.version()).isEqualTo(NOW + 1);
    }

    @Test
    void the_holder_stays_when_others_come() {
        assertThat(holders(after(attached("s2", 1), attached("s1", 1)))).containsExactly("s2");
    }

    @Test
    void a_term_is_higher_than_any_that_a_connector_was_told() {
        TargetRecord record = after(attached("s1", 1, notHeld(NOW + 500)));

        assertThat(grant(record).term()).isEqualTo(NOW + 501);
    }

    @Test
    void a_term_more_than_a_day_ahead_is_refused_as_invalid() {
        long day = Duration.ofDays(1).toMillis();

        assertThat(refusal(UNKNOWN, attached("s1", 1, notHeld(NOW + day + 1)))).isEqualTo(CloseReason.Code.INVALID);
        assertThat(grant(after(attached("s1", 1, notHeld(NOW + day)))).term()).isEqualTo(NOW + day + 1);
    }

    @Test
    void a_lost_channel_releases_nothing() {
        TargetRecord record = after(attached("s1", 1), attached("s2", 1), new Suspended("s1", 1, NOW));

        assertThat(holders(record)).containsExactly("s1");
    }

    @Test
    void when_the_lease_of_a_lost_holder_is_over_the_next_one_gets_a_higher_term() {
        TargetRecord lost = after(attached("s1", 1), attached("s2", 1), new Suspended("s1", 1, NOW));
        TargetRecord record = then(lost, new LeaseOver(grant(lost), "s1", 1, NOW));

        assertThat(holders(record)).containsExactly("s2");
        assertThat(grant(record).term()).isGreaterThan(grant(lost).term());
    }

    @Test
    void the_end_of_a_lease_is_void_after_the_session_attached_anew() {
        TargetRecord lost = after(attached("s1", 1), attached("s2", 1), new Suspended("s1", 1, NOW));
        long term = grant(lost).term();
        TargetRecord back = then(lost, attached("s1", 2, held(term)), new LeaseOver(grant(lost), "s1", 1, NOW));

        assertThat(holders(back)).containsExactly("s1");
        assertThat(grant(back).term()).isEqualTo(term);
    }

    @Test
    void an_attach_that_says_it_holds_nothing_releases_and_gives_no_term_twice() {
        TargetRecord lost = after(attached("s1", 1), attached("s2", 1), new Suspended("s1", 1, NOW));
        long term = grant(lost).term();

        assertThat(grant(then(lost, attached("s1", 2, notHeld(term)))).term()).isGreaterThan(term);
        assertThat(grant(then(lost, attached("s1", 2))).term()).isGreaterThan(term);
    }

    @Test
    void the_same_attach_again_releases_nothing() {
        TargetRecord record = after(attached("s1", 1), attached("s2", 1));

        assertThat(then(record, attached("s1", 1))).isSameAs(record);
    }

    @Test
    void a_lower_attach_and_the_same_by_another_channel_are_refused_as_superseded() {
        TargetRecord record = after(attached("s1", 3));
        TargetEvent.Attached other = new TargetEvent.Attached(
                new Attach("s1", "s1", 3, "another", "node"), Map.of(), Set.of(), List.of(), "", "", NOW);

        assertThat(refusal(record, attached("s1", 2))).isEqualTo(CloseReason.Code.SUPERSEDED);
        assertThat(refusal(record, other)).isEqualTo(CloseReason.Code.SUPERSEDED);
    }

    @Test
    void an_attach_without_the_token_is_refused_but_the_last_reply_may_have_been_lost() {
        TargetRecord record = after(resuming(1, "", "a"), resuming(2, "a", "b"));

        assertThat(refusal(record, resuming(3, "", "c"))).isEqualTo(CloseReason.Code.SUPERSEDED);
        assertThat(then(record, resuming(3, "a", "c")).present()).hasSize(1);
        assertThat(then(record, resuming(3, "b", "c")).present()).hasSize(1);
    }

    @Test
    void a_connector_whose_clock_ran_back_tries_again_until_the_session_of_its_life_before_has_ended() {
        TargetRecord dead = after(attached("s1b", 1), new Suspended("s1b", 1, NOW));
        assertThat(refusal(dead, attached("s1a", 1))).isEqualTo(CloseReason.Code.SUPERSEDED);

        TargetRecord over = then(dead, new LeaseOver(primary(NOW + 1), "s1b", 1, NOW), new Ended("s1b", 1, NOW));
        assertThat(holders(then(over, attached("s1a", 1)))).containsExactly("s1a");
    }

    @Test
    void a_newer_session_of_a_connector_replaces_the_older_but_waits_for_its_lease() {
        TargetRecord old = after(attached("s1a", 1), attached("s1b", 1));

        assertThat(old.present()).extracting(SessionRecord::id).containsExactly("s1b");
        assertThat(holders(old)).isEmpty();
        assertThat(refusal(old, attached("s1a", 2))).isEqualTo(CloseReason.Code.REPLACED);

        TargetRecord released = then(old, new Released(primary(NOW + 1), "s1a", NOW));
        assertThat(holders(released)).containsExactly("s1b");
        assertThat(released.sessions()).hasSize(1);
    }

    @Test
    void a_planned_move_is_revoke_then_acknowledge_then_grant() {
        TargetRecord before = after(attached("s1", 1), attached("s2", 1));
        Grant old = grant(before);
        TargetRecord revoking = then(before, new MoveRequested(old, NOW));

        assertThat(holders(revoking)).isEmpty();
        assertThat(revoking.slot(Roles.PRIMARY, 0).orElseThrow().tenures())
                .containsExactly(new SlotRecord.Tenure("s1", old.term(), true));
        assertThat(holders(then(revoking, new Released(old, "s1", NOW)))).containsExactly("s2");
    }

    @Test
    void a_move_changes_nothing_if_nobody_else_can_take_the_slot() {
        TargetRecord alone = after(attached("s1", 1), attached("s2", 1), new HealthChanged("s2", 1, false, NOW));

        assertThat(then(alone, new MoveRequested(grant(alone), NOW))).isSameAs(alone);
    }

    @Test
    void a_move_from_an_older_term_changes_nothing() {
        TargetRecord record = after(attached("s1", 1), attached("s2", 1));

        assertThat(then(record, new MoveRequested(primary(NOW), NOW))).isSameAs(record);
    }

    @Test
    void an_unhealthy_holder_is_revoked_and_an_unhealthy_session_not_elected() {
        TargetRecord record = after(
                attached("s1", 1),
                attached("s2", 1),
                attached("s3", 1),
                new HealthChanged("s2", 1, false, NOW),
                new HealthChanged("s1", 1, false, NOW));

        assertThat(holders(record)).isEmpty();
        assertThat(holders(then(record, new Released(primary(NOW + 1), "s1", NOW))))
                .containsExactly("s3");
    }

    @Test
    void a_session_that_is_well_again_gets_the_free_slot() {
        TargetRecord ill = after(
                attached("s1", 1), new HealthChanged("s1", 1, false, NOW), new Released(primary(NOW + 1), "s1", NOW));

        assertThat(holders(ill)).isEmpty();
        assertThat(holders(then(ill, new HealthChanged("s1", 1, true, NOW)))).containsExactly("s1");
    }

    @Test
    void the_next_is_the_one_with_the_fewest_slots_then_the_oldest() {
        Set<String> both = Set.of(Roles.PRIMARY, "reporter");
        TargetRecord record = after(attached("s1", 1, both), attached("s2", 1, Set.of("reporter")));

        assertThat(record.holders("reporter")).extracting(SessionRecord::id).containsExactly("s1");
        TargetRecord ill = then(record, new HealthChanged("s1", 1, false, NOW));
        TargetRecord three = then(ill, attached("s3", 1, both), new Released(primary(NOW + 1), "s1", NOW));
        TargetRecord next = then(three, new Released(new Grant("reporter", 0, NOW + 1), "s1", NOW));

        assertThat(holders(next)).containsExactly("s3");
        assertThat(next.holders("reporter")).extracting(SessionRecord::id).containsExactly("s2");
    }

    @Test
    void several_slots_of_a_role_are_held_by_different_connectors() {
        TargetRecord one = after(UNKNOWN, TWO_SLOTS, attached("s1", 1));
        TargetRecord two = after(one, TWO_SLOTS, attached("s2", 1), attached("s3", 1));

        assertThat(holders(one)).containsExactly("s1");
        assertThat(holders(two)).containsExactly("s1", "s2");
    }

    @Test
    void fewer_slots_than_before_are_taken_back() {
        TargetRecord two = after(UNKNOWN, TWO_SLOTS, attached("s1", 1), attached("s2", 1));

        assertThat(holders(then(two, new Swept(NOW)))).containsExactly("s1");
    }

    @Test
    void a_role_without_a_slot_is_held_by_nobody() {
        ElectionRules none = new ElectionRules(Map.of(Roles.PRIMARY, 0), 1, true);

        assertThat(holders(after(UNKNOWN, none, attached("s1", 1)))).isEmpty();
    }

    @Test
    void a_role_that_a_connector_gives_up_is_taken_back() {
        TargetRecord record = after(attached("s1", 1), new RolesChanged("s1", 1, Set.of(), NOW));

        assertThat(holders(record)).isEmpty();
        assertThat(holders(then(record, attached("s2", 1)))).isEmpty();
    }

    @Test
    void a_good_bye_releases_all_and_its_sender_gets_nothing_more() {
        TargetRecord record = after(attached("s1", 1), new Leaving("s1", 1, NOW));

        assertThat(holders(record)).isEmpty();
        assertThat(holders(then(record, attached("s2", 1), new Swept(NOW)))).containsExactly("s2");
    }

    @Test
    void a_session_that_ends_within_its_lease_stays_until_that_is_over() {
        TargetRecord ended = after(attached("s1", 1), new Suspended("s1", 1, NOW), new Ended("s1", 1, NOW));

        assertThat(ended.present()).isEmpty();
        assertThat(ended.sessions()).hasSize(1);
        assertThat(then(ended, new LeaseOver(primary(NOW + 1), "s1", 1, NOW)).sessions())
                .isEmpty();
    }

    @Test
    void a_record_without_sessions_keeps_its_terms_until_time_is_safely_past_them() {
        TargetRecord empty = after(attached("s1", 1), new Leaving("s1", 1, NOW), new Ended("s1", 1, NOW));

        assertThat(empty.slot(Roles.PRIMARY, 0).orElseThrow().term()).isEqualTo(NOW + 1);
        assertThat(empty.isForgettable(NOW + 60_000)).isFalse();
        assertThat(empty.isForgettable(NOW + 61_000)).isTrue();
    }

    @Test
    void a_lost_node_suspends_its_sessions_and_releases_after_one_lease() {
        TargetRecord lost = after(attached("s1", 1), new NodeLost("node", NOW));

        assertThat(lost.present()).extracting(SessionRecord::presence).containsExactly(Presence.SUSPENDED);
        assertThat(holders(lost)).containsExactly("s1");
        assertThat(holders(then(lost, new NodeLeaseOver("node", NOW)))).isEmpty();
    }

    @Test
    void an_unsettled_record_adopts_a_holder_but_elects_nobody() {
        TargetRecord created = after(TargetRecord.unsettled("gw", 7), ElectionRules.DEFAULT, attached("s2", 1));
        assertThat(holders(created)).isEmpty();

        TargetRecord adopted = then(created, attached("s1", 5, held(40)));
        assertThat(grant(adopted)).isEqualTo(primary(40));

        assertThat(holders(then(created, new Settled(6, NOW)))).isEmpty();
        assertThat(holders(then(created, new Settled(7, NOW)))).containsExactly("s2");
    }

    @Test
    void of_two_that_claim_a_slot_the_lower_term_gives_way() {
        TargetRecord record =
                after(TargetRecord.unsettled("gw", 7), ElectionRules.DEFAULT, attached("s1", 5, held(40)));
        TargetRecord both = then(record, attached("s2", 5, held(50)));

        assertThat(grant(both)).isEqualTo(primary(50));
        assertThat(both.slot(Roles.PRIMARY, 0).orElseThrow().tenures()).hasSize(2);
    }

    @Test
    void a_holder_gives_way_if_somebody_was_told_a_higher_term_meanwhile() {
        TargetRecord record = after(attached("s1", 1), attached("s2", 1, notHeld(NOW + 50)));

        assertThat(holders(record)).isEmpty();
        TargetRecord next = then(record, new Released(primary(NOW + 1), "s1", NOW + 2));
        assertThat(grant(next)).isEqualTo(primary(NOW + 51));
    }

    @Test
    void a_claim_that_was_overtaken_is_waited_for_before_the_slot_is_given_again() {
        TargetRecord record = after(attached("s1", 1), attached("s2", 1, held(40)));
        TargetRecord free = then(record, new Leaving("s1", 1, NOW));

        assertThat(holders(free)).isEmpty();
        assertThat(holders(then(free, new Released(primary(40), "s2", NOW)))).containsExactly("s2");
    }

    @Test
    void what_a_connector_claims_of_slots_that_nobody_gets_is_not_kept() {
        TargetRecord record = after(attached("s1", 1, new Told(new Grant("junk", 999, 5), true)));

        assertThat(record.slots()).hasSize(1);
    }

    @Test
    void a_node_below_quorum_elects_nobody() {
        TargetRecord record = after(UNKNOWN, ElectionRules.DEFAULT.withElecting(false), attached("s1", 1));

        assertThat(holders(record)).isEmpty();
    }

    @Test
    void events_of_unknown_sessions_change_nothing() {
        assertThat(then(
                        UNKNOWN,
                        new Suspended("s1", 1, NOW),
                        new Ended("s1", 1, NOW),
                        new Released(primary(3), "s1", NOW),
                        new HealthChanged("s1", 1, true, NOW),
                        new MoveRequested(primary(3), NOW),
                        new NodeLost("node", NOW),
                        new Swept(NOW)))
                .isSameAs(UNKNOWN);
    }

    @Test
    void ghosts_of_a_node_are_released_and_ended() {
        TargetRecord record = after(attached("s1", 1), attached("s2", 1));
        List<TargetEvent> events = Ghosts.events(record, "node", attach("s2", 1)::equals, NOW);

        TargetRecord cleared = then(record, events.toArray(TargetEvent[]::new));
        assertThat(holders(cleared)).containsExactly("s2");
        assertThat(cleared.sessions()).hasSize(1);
    }

    private static TargetEvent.Attached resuming(long number, String shown, String next) {
        return new TargetEvent.Attached(
                attach("s1", number), Map.of(), Set.of(Roles.PRIMARY), List.of(), shown, next, NOW);
    }

    private static CloseReason.Code refusal(TargetRecord record, TargetEvent event) {
        Verdict verdict = Election.step(record, event, ElectionRules.DEFAULT);
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        return ((Verdict.Refused) verdict).reason().code();
    }
}
