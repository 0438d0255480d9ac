package io.exchange.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Grant;
import io.exchange.api.Roles;
import io.exchange.channel.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the application is told of its roles, and when. */
class RoleCallbacksTest {

    private static final Set<Grant> PRIMARY = Set.of(new Grant(Roles.PRIMARY, 0, 7));

    private final ManualLoop loop = new ManualLoop();
    private final RoleCallbacks callbacks = new RoleCallbacks(loop, new ConnectorOptions());
    private final List<String> told = new ArrayList<>();
    private Set<Grant> held = Set.of();

    RoleCallbacksTest() {
        callbacks.onPrimary(term -> told.add("primary under " + term));
        callbacks.onSecondary(() -> told.add("secondary"));
    }

    private void hold(Set<Grant> grants) {
        held = grants;
        callbacks.changed(() -> held);
    }

    @Test
    void what_is_gained_is_told_with_the_turn_and_what_is_lost_at_once() {
        hold(PRIMARY);
        assertThat(told).isEmpty();
        loop.run();
        assertThat(told).containsExactly("primary under 7");
        hold(Set.of());
        assertThat(told).containsExactly("primary under 7", "secondary");
    }

    @Test
    void what_ran_out_before_a_late_turn_is_never_told() {
        hold(PRIMARY);
        held = Set.of(); // its lease is over, and the loop so late that even the alarm of that has not rung
        loop.run();

        assertThat(told).isEmpty();
        assertThat(callbacks.told()).isEmpty();
    }
}
