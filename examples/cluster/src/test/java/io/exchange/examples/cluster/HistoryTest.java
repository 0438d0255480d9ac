package io.exchange.examples.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Delivery;
import io.exchange.api.ExchangeObserver.Outcome;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** That whoever checks the others is able to find something. */
class HistoryTest {

    private static final long NOW = System.nanoTime();

    private final History history = new History();

    @Test
    void what_is_sent_run_once_and_answered_in_time_is_good() {
        sent("a.1.0", NOW);
        history.ran("a.1.0", "gw");
        ended("a.1.0", Outcome.SUCCEEDED, NOW + 1);

        assertThat(history.violations()).isEmpty();
        assertThat(history.counts().answered()).isEqualTo(1);
        assertThat(history.counts().lost()).isZero();
    }

    @Test
    void a_command_that_ran_twice_is_found() {
        sent("a.1.0", NOW);
        history.ran("a.1.0", "gw");
        history.ran("a.1.0", "other");
        ended("a.1.0", Outcome.SUCCEEDED, NOW + 1);

        assertViolation("ran 2 times");
    }

    @Test
    void a_command_without_an_end_is_found_unless_its_sender_died() {
        sent("a.1.0", NOW);
        assertViolation("never ended");

        history.gone("a.1");
        assertThat(history.violations()).isEmpty();
        assertThat(history.counts().diedWithSender()).isEqualTo(1);
    }

    @Test
    void a_second_end_is_found() {
        sent("a.1.0", NOW);
        ended("a.1.0", Outcome.UNKNOWN, NOW + 1);
        ended("a.1.0", Outcome.UNKNOWN, NOW + 2);

        assertViolation("ended 2 times");
    }

    @Test
    void an_end_long_after_the_deadline_is_found_unless_somebody_was_frozen() {
        sent("a.1.0", NOW);
        ended("a.1.0", Outcome.UNKNOWN, NOW + TimeUnit.SECONDS.toNanos(12));
        assertViolation("ms after its deadline");

        history.frozen("a.1");
        assertThat(history.violations()).isEmpty();
    }

    @Test
    void a_command_that_is_said_not_to_have_run_and_did_is_found() {
        sent("a.1.0", NOW);
        history.ran("a.1.0", "gw");
        ended("a.1.0", Outcome.NOT_EXECUTED, NOW + 1);

        assertViolation("told that it had not");
        assertThat(history.unanswered(Delivery.RESUME)).hasSize(1);
    }

    @Test
    void an_answer_without_a_run_is_found() {
        sent("a.1.0", NOW);
        ended("a.1.0", Outcome.SUCCEEDED, NOW + 1);

        assertViolation("without having run");
    }

    @Test
    void a_handler_that_starts_after_the_deadline_is_found() {
        sent("a.1.0", System.nanoTime() - TimeUnit.SECONDS.toNanos(12));
        history.ran("a.1.0", "gw");
        ended("a.1.0", Outcome.UNKNOWN, System.nanoTime() - TimeUnit.SECONDS.toNanos(2));

        assertViolation("was started");
    }

    @Test
    void terms_grow_from_holder_to_holder_and_tenures_do_not_overlap() {
        Tenures tenures = new Tenures("t");
        tenures.granted("one", 5, seconds(1));
        tenures.released("one", seconds(2));
        tenures.granted("two", 6, seconds(3));
        assertThat(tenures.violations(new Pauses())).isEmpty();
        assertThat(tenures.holder()).contains("two");

        tenures.granted("one", 6, seconds(5));
        assertThat(tenures.violations(new Pauses()))
                .anyMatch(found -> found.contains("terms did not grow"))
                .anyMatch(found -> found.contains("two held the role at once"));
    }

    @Test
    void two_may_hold_the_role_while_nodes_do_not_see_each_other_and_there_is_no_quorum() {
        Tenures tenures = new Tenures("t");
        tenures.granted("one", 5, seconds(1));
        tenures.granted("two", 4, seconds(3));
        tenures.released("two", seconds(4));
        Pauses divided = new Pauses();
        divided.begin(seconds(2));
        divided.end(seconds(5));

        assertThat(tenures.violations(new Pauses())).hasSize(2);
        assertThat(tenures.violations(divided)).isEmpty();
    }

    private static long seconds(int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private void sent(String id, long nanos) {
        history.report(new Report.Sent(id, "t", nanos, 10_000, Delivery.RESUME));
    }

    private void ended(String id, Outcome outcome, long nanos) {
        history.report(new Report.Ended(id, outcome, "", "", nanos));
    }

    private void assertViolation(String words) {
        List<String> found = history.violations();
        assertThat(found).anyMatch(violation -> violation.contains(words));
    }
}
