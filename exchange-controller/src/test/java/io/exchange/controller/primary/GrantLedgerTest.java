package io.exchange.controller.primary;

import static io.exchange.controller.primary.Events.NOW;
import static io.exchange.controller.primary.Events.after;
import static io.exchange.controller.primary.Events.attached;
import static io.exchange.controller.primary.Events.grant;
import static io.exchange.controller.primary.Events.held;
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
import io.exchange.controller.primary.TargetEvent.NodeLost;
import io.exchange.controller.primary.TargetEvent.Released;
import io.exchange.controller.primary.TargetEvent.RolesChanged;
import io.exchange.controller.primary.TargetEvent.Settled;
import io.exchange.controller.primary.TargetEvent.Suspended;
import io.exchange.protocol.Frame;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The lease is 1000 ns, so that what was told is over 1010 ns after the heartbeat that it answers. */
class GrantLedgerTest {

    private static final long LEASE = 1_000;

    private final TargetEvent.Attached first = attached("s1", 1);
    private final TargetRecord record = after(first, attached("s2", 1));
    private final Grant grant = grant(record);
    private final GrantLedger ledger = ledger(first, record);

    @Test
    void what_the_record_grants_is_told_once_and_counts_from_the_hello() {
        assertThat(ledger.due(at(10)).frames()).containsExactly(new Frame.Granted(grant, 0, LEASE));
        assertThat(ledger.due(at(10)).frames()).isEmpty();
        assertThat(ledger.nextDeadline()).hasValue(1_010);
    }

    @Test
    void a_heartbeat_renews_what_was_told() {
        ledger.due(at(0));

        assertThat(ledger.heartbeat(new Frame.Heartbeat(1), at(300)).frames())
                .containsExactly(new Frame.HeartbeatAck(1, LEASE));
        assertThat(ledger.nextDeadline()).hasValue(1_310);
    }

    @Test
    void the_node_lease_limits_what_is_granted_and_renewed() {
        Moment little = new Moment(0, NOW, 40);
        assertThat(ledger.due(little).frames()).containsExactly(new Frame.Granted(grant, 0, 40));
        assertThat(ledger.nextDeadline()).hasValue(40);

        assertThat(ledger.heartbeat(new Frame.Heartbeat(1), new Moment(20, NOW, 0))
                        .frames())
                .containsExactly(new Frame.HeartbeatAck(1, 0));
        assertThat(ledger.nextDeadline()).hasValue(40);
    }

    @Test
    void a_node_that_may_not_grant_tells_by_a_later_heartbeat() {
        assertThat(ledger.due(new Moment(0, NOW, 0)).frames()).isEmpty();
        assertThat(ledger.heartbeat(new Frame.Heartbeat(1), at(100)).frames())
                .containsExactly(new Frame.HeartbeatAck(1, 0), new Frame.Granted(grant, 1, LEASE));
    }

    @Test
    void a_grant_waits_for_a_heartbeat_that_leaves_most_of_the_lease() {
        assertThat(ledger.due(at(501)).frames()).isEmpty();
    }

    @Test
    void a_revoke_is_told_once_and_nothing_renews_the_slot_after_it() {
        ledger.due(at(0));
        TargetRecord revoking = then(record, new MoveRequested(grant, NOW));

        assertThat(ledger.reconcile(revoking, at(10)).frames()).containsExactly(new Frame.Revoked(grant));
        assertThat(ledger.reconcile(revoking, at(11)).frames()).isEmpty();
        assertThat(ledger.heartbeat(new Frame.Heartbeat(1), at(300)).frames())
                .containsExactly(new Frame.HeartbeatAck(1, 0));
        assertThat(ledger.nextDeadline()).hasValue(1_010);
    }

    @Test
    void the_acknowledgement_of_a_revoke_releases_and_its_lack_does_so_when_the_lease_is_over() {
        ledger.due(at(0));
        ledger.reconcile(then(record, new MoveRequested(grant, NOW)), at(10));

        assertThat(ledger.due(at(1_009)).events()).isEmpty();
        assertThat(ledger.due(at(1_010)).events()).containsOnly(new LeaseOver(grant, "s1", 1, NOW));
        assertThat(ledger.revokedAck(new Frame.RevokedAck(grant), at(1_011)).events())
                .isEmpty();

        GrantLedger other = ledger(first, record);
        other.due(at(0));
        assertThat(other.revokedAck(new Frame.RevokedAck(grant), at(1)).events())
                .containsExactly(new Released(grant, "s1", NOW));
    }

    @Test
    void a_term_that_was_released_is_never_told_again_and_released_again_if_that_got_lost() {
        ledger.due(at(0));
        ledger.revokedAck(new Frame.RevokedAck(grant), at(1));

        LedgerStep step = ledger.due(at(2));
        assertThat(step.frames()).isEmpty();
        assertThat(step.events()).containsExactly(new LeaseOver(grant, "s1", 1, NOW));
    }

    @Test
    void a_slot_that_is_taken_back_before_it_was_told_is_released_at_once() {
        LedgerStep step = ledger.reconcile(then(record, new MoveRequested(grant, NOW)), at(0));

        assertThat(step.frames()).isEmpty();
        assertThat(step.events()).containsExactly(new LeaseOver(grant, "s1", 1, NOW));
    }

    @Test
    void after_the_loss_of_the_channel_the_lease_is_waited_for() {
        ledger.due(at(0));
        ledger.heartbeat(new Frame.Heartbeat(1), at(300));

        LedgerStep lost = ledger.channelClosed(true, at(400));
        assertThat(lost.frames()).isEmpty();
        assertThat(lost.events()).containsExactly(new Suspended("s1", 1, NOW));
        TargetRecord suspended = then(record, new Suspended("s1", 1, NOW));
        assertThat(ledger.reconcile(suspended, at(1_309)).events()).isEmpty();
        assertThat(ledger.due(at(1_310)).events()).containsOnly(new LeaseOver(grant, "s1", 1, NOW));
    }

    @Test
    void if_agreed_a_channel_that_the_connector_closed_releases() {
        GrantLedger closing = new GrantLedger(first, record, LEASE, true, at(0));
        closing.due(at(0));

        assertThat(closing.channelClosed(true, at(1)).events())
                .containsExactly(new Suspended("s1", 1, NOW), new LeaseOver(grant, "s1", 1, NOW));
    }

    @Test
    void a_good_bye_releases_and_the_session_ends_with_its_channel() {
        ledger.due(at(0));

        assertThat(ledger.goodBye(at(1)).events()).contains(new Leaving("s1", 1, NOW));
        TargetRecord leaving = then(record, new Leaving("s1", 1, NOW));
        assertThat(ledger.reconcile(leaving, at(2)).events()).isEmpty();
        assertThat(ledger.channelClosed(true, at(3)).events()).containsExactly(new Ended("s1", 1, NOW));
        ledger.reconcile(then(leaving, new Ended("s1", 1, NOW)), at(4));
        assertThat(ledger.isDone()).isTrue();
    }

    @Test
    void what_a_hello_says_to_be_held_is_told_again_and_keeps_its_term() {
        TargetEvent.Attached again = attached("s1", 2, held(grant.term()));
        GrantLedger next = ledger(again, then(record, again));

        assertThat(next.nextDeadline()).hasValue(1_010);
        assertThat(next.due(at(0)).frames()).containsExactly(new Frame.Granted(grant, 0, LEASE));
    }

    @Test
    void what_a_hello_says_to_be_held_but_another_has_is_revoked() {
        TargetEvent.Attached claim = attached("s3", 1, held(40));
        GrantLedger claiming = ledger(claim, then(record, claim));

        assertThat(claiming.due(at(0)).frames()).containsExactly(new Frame.Revoked(primary(40)));
    }

    @Test
    void a_newer_attach_takes_everything_over() {
        ledger.due(at(0));
        LedgerStep step = ledger.reconcile(then(record, attached("s1", 2, held(grant.term()))), at(1));

        assertThat(step.close()).map(CloseReason::code).hasValue(CloseReason.Code.SUPERSEDED);
        assertThat(ledger.nextDeadline()).isEmpty();
        assertThat(ledger.due(at(5_000)).events()).isEmpty();
        assertThat(ledger.isDone()).isTrue();
    }

    @Test
    void a_replaced_session_is_revoked_closed_and_waited_for() {
        TargetEvent.Attached old = attached("s1a", 1);
        TargetRecord alone = after(old);
        GrantLedger older = ledger(old, alone);
        older.due(at(0));
        LedgerStep step = older.reconcile(then(alone, attached("s1b", 1)), at(1));

        assertThat(step.frames()).containsExactly(new Frame.Revoked(grant(alone)));
        assertThat(step.close()).map(CloseReason::code).hasValue(CloseReason.Code.REPLACED);
        assertThat(older.nextDeadline()).hasValue(1_010);
    }

    @Test
    void an_older_record_is_only_a_hint_but_reported_to_where_it_is_kept() {
        ledger.due(at(0));
        TargetRecord older = TargetRecord.unknown("gw");

        assertThat(ledger.reconcile(older, at(1)).events()).isEmpty();
        LedgerStep step = ledger.audit(older, at(1));
        assertThat(step.frames()).isEmpty();
        assertThat(step.events()).containsExactly(first.reporting(List.of(held(grant.term())), NOW));
        assertThat(grant(then(older, step.events().get(0)))).isEqualTo(grant);
    }

    @Test
    void what_an_event_gives_is_told_once_the_loss_of_a_node_cannot_undo_it() {
        TargetRecord vacant = after(record, ElectionRules.DEFAULT.withElecting(false), new Released(grant, "s1", NOW));
        GrantLedger member = new GrantLedger(first, vacant, LeaseTerms.member(LEASE, 0, false), at(0));
        TargetRecord giving = then(vacant, new TargetEvent.Swept(NOW));
        LedgerStep heard = member.reconcile(giving, at(0));
        assertThat(heard.frames()).isEmpty();
        assertThat(heard.confirm()).isTrue();

        assertThat(member.confirmed(vacant, at(0)).confirm())
                .as("the record was an older one")
                .isTrue();
        LedgerStep sure = member.confirmed(giving, at(0));
        assertThat(sure.frames()).containsExactly(new Frame.Granted(grant(giving), 0, LEASE));
        assertThat(sure.confirm()).isFalse();
    }

    @Test
    void what_the_answer_to_an_attach_gives_is_sure() {
        GrantLedger member = new GrantLedger(first, record, LeaseTerms.member(LEASE, 0, false), at(0));

        LedgerStep later = member.reconcile(then(record, new HealthChanged("s2", 1, false, NOW)), at(0));
        assertThat(later.frames()).containsExactly(new Frame.Granted(grant, 0, LEASE));
    }

    @Test
    void a_session_that_others_took_for_lost_is_reported() {
        ledger.due(at(0));
        LedgerStep step = ledger.reconcile(then(record, new NodeLost("node", NOW)), at(1));

        assertThat(step.events()).containsExactly(first.reporting(List.of(held(grant.term())), NOW));
    }

    @Test
    void health_and_roles_that_the_record_does_not_know_are_submitted_until_it_does() {
        HealthChanged ill = new HealthChanged("s1", 1, false, NOW);
        RolesChanged none = new RolesChanged("s1", 1, Set.of(), NOW);

        assertThat(ledger.checked(false, at(0)).events()).containsExactly(ill);
        assertThat(ledger.roles(new Frame.Roles(Set.of()), at(0)).events()).containsExactly(ill, none);
        LedgerStep known = ledger.reconcile(then(record, ill, none), at(0));
        assertThat(known.events()).isEmpty();
        assertThat(known.frames()).containsExactly(new Frame.Revoked(grant));
    }

    @Test
    void what_is_unsettled_is_settled_after_a_lease() {
        TargetRecord created = after(TargetRecord.unsettled("gw", 7), ElectionRules.DEFAULT, attached("s1", 1));
        GrantLedger waiting = ledger(first, created);

        assertThat(waiting.nextDeadline()).hasValue(1_010);
        assertThat(waiting.due(at(1_009)).events()).isEmpty();
        assertThat(waiting.due(at(1_010)).events()).containsExactly(new Settled(7, NOW));
    }

    @Test
    void an_answer_that_changes_nothing_leads_to_no_new_question() {
        ledger.checked(false, at(0));

        assertThat(ledger.reconcile(record, at(0)).events()).isEmpty();
    }

    @Test
    void only_what_the_connector_acknowledged_is_confirmed() {
        ledger.due(at(0));
        assertThat(ledger.confirmed()).isEmpty();

        ledger.grantedAck(new Frame.GrantedAck(new Grant(Roles.PRIMARY, 0, 3)));
        ledger.grantedAck(new Frame.GrantedAck(grant));
        assertThat(ledger.confirmed()).containsExactly(grant);
    }

    private static GrantLedger ledger(TargetEvent.Attached attached, TargetRecord record) {
        return new GrantLedger(attached, record, LEASE, false, at(0));
    }

    private static Moment at(long nanos) {
        return new Moment(nanos, NOW, LEASE);
    }
}
