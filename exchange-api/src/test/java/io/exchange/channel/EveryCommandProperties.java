package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * What every command is promised, while channels come and go, session and channels are on different loops, links stall, senders
 * cancel, and handlers answer early, late or never. The seed is printed by whatever fails.
 */
class EveryCommandProperties {

    private static final Logger LOG = Logger.getLogger("io.exchange");

    @BeforeContainer
    static void saySoftly() {
        LOG.setLevel(Level.OFF); // handlers throw all the time here
    }

    @AfterContainer
    static void saySomethingAgain() {
        LOG.setLevel(null);
    }

    @Property(tries = 400, shrinking = ShrinkingMode.OFF, afterFailure = AfterFailureMode.RANDOM_SEED)
    void ends_once_and_in_time_runs_once_at_the_most_and_is_never_called_unexecuted_when_it_ran(@ForAll long seed) {
        assertThat(new Traffic(seed).run()).as("seed " + seed).isEmpty();
    }

    @Property(tries = 400, shrinking = ShrinkingMode.OFF, afterFailure = AfterFailureMode.RANDOM_SEED)
    void starts_in_the_order_of_its_key_wherever_its_session_goes(@ForAll long seed) {
        assertThat(new WanderingSession(seed).run()).as("seed " + seed).isEmpty();
    }
}
