package io.exchange.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.ErrorCode;
import io.exchange.api.Execution;
import io.exchange.api.Grant;
import io.exchange.api.Roles;
import io.exchange.channel.ManualLoop;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Frame.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the application and the controller hear of a lease, and which of them first. */
class RolesHeldTest {

    private static final Duration LEASE = Duration.ofMillis(500);
    private static final Grant PRIMARY = new Grant(Roles.PRIMARY, 0, 7);

    private final ManualLoop loop = new ManualLoop();
    private final List<String> story = new ArrayList<>();
    private final RolesHeld roles;
    private long lostAt;

    RolesHeldTest() {
        ConnectorOptions options = new ConnectorOptions();
        RoleCallbacks callbacks = new RoleCallbacks(loop, options);
        callbacks.onPrimary(term -> story.add("primary"));
        callbacks.onSecondary(() -> {
            story.add("secondary");
            lostAt = loop.nanoTime();
        });
        roles = new RolesHeld(loop, options, false, callbacks);
    }

    @Test
    void the_application_hears_that_a_lease_is_over_before_the_hello_says_so() {
        hold();
        loop.pause(LEASE); // the alarm is late

        List<Told> hello = roles.attach(2);

        assertThat(hello).containsExactly(new Told(PRIMARY, false));
        assertThat(story).containsExactly("primary", "secondary");
        assertThat(roles.told()).isEmpty();
    }

    @Test
    void the_application_hears_of_the_end_of_a_lease_before_it_is_over_though_alarms_ring_late() {
        long granted = loop.nanoTime();
        hold();
        loop.advance(LEASE);

        assertThat(story).containsExactly("primary", "secondary");
        assertThat(lostAt - granted).isLessThanOrEqualTo(LEASE.toNanos());
    }

    @Test
    void a_command_under_a_term_of_before_is_refused_as_stale_and_one_under_a_term_that_is_over_as_not_primary() {
        hold();
        assertThat(roles.objection(PRIMARY)).isEmpty();
        Grant before = new Grant(Roles.PRIMARY, 0, PRIMARY.term() - 1);
        assertThat(roles.objection(before)).hasValueSatisfying(refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.STALE_TERM);
            assertThat(refusal.execution()).isEqualTo(Execution.NOT_EXECUTED);
        });
        loop.pause(LEASE);

        assertThat(roles.objection(PRIMARY))
                .hasValueSatisfying(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_PRIMARY));
        assertThat(roles.objection(before))
                .hasValueSatisfying(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.STALE_TERM));
    }

    private void hold() {
        roles.attach(1);
        roles.granted(new Frame.Granted(PRIMARY, 0, LEASE.toNanos()));
        loop.run();
    }
}
