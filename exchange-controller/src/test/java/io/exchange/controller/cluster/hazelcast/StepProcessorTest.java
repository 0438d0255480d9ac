package io.exchange.controller.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.exchange.api.Roles;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import java.util.AbstractMap.SimpleEntry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepProcessorTest {

    private static final long NOW = 1_700_000_000_000L;

    private final Map.Entry<String, TargetRecord> kept = new SimpleEntry<>("gw", null);
    private final Map.Entry<String, TargetRecord> backup = new SimpleEntry<>("gw", null);

    @Test
    void the_backup_is_handed_what_came_of_a_step() {
        run(attached(NOW), 0, 0);

        assertThat(kept.getValue().sessions()).hasSize(1);
        assertThat(backup.getValue()).isSameAs(kept.getValue());
    }

    @Test
    void a_step_that_changes_nothing_has_no_backup() {
        run(attached(NOW), 0, 0);
        StepProcessor step = new StepProcessor(new TargetEvent.Swept(NOW), ElectionRules.DEFAULT, 0, 0, false);
        step.process(kept);

        assertThat(step.getBackupProcessor()).isNull();
    }

    @Test
    void a_step_that_is_to_write_does_so_even_if_nothing_changes() {
        run(attached(NOW), 0, 0);
        backup.setValue(null);
        StepProcessor step = new StepProcessor(new TargetEvent.Swept(NOW), ElectionRules.DEFAULT, 0, 0, true);
        step.process(kept);
        step.getBackupProcessor().process(backup);

        assertThat(backup.getValue()).isSameAs(kept.getValue());
    }

    @Test
    void a_record_that_can_be_forgotten_is_removed_here_and_from_the_backup() {
        run(attached(NOW), 0, 0);
        run(new TargetEvent.Leaving("s1", 1, NOW), 0, 0);
        run(new TargetEvent.Ended("s1", 1, NOW), 0, 0);
        assertThat(kept.getValue().sessions()).isEmpty();
        StepResult swept = run(new TargetEvent.Swept(NOW + 120_000), 0, 0);

        assertThat(swept.found()).isTrue();
        assertThat(swept.kept()).isFalse();
        assertThat(kept.getValue()).isNull();
        assertThat(backup.getValue()).isNull();
    }

    @Test
    void a_record_that_was_known_and_is_gone_settles_and_goes_on_from_its_version() {
        long known = NOW + 500;
        StepResult result = run(attached(NOW), known, 0);

        assertThat(result.found()).isFalse();
        assertThat(kept.getValue().version()).isGreaterThan(known);
        assertThat(kept.getValue().settling()).isNotZero();
        assertThat(kept.getValue().holders(Roles.PRIMARY)).isEmpty();
    }

    @Test
    void a_new_record_settles_when_its_node_says_so() {
        run(attached(NOW), 0, 42);

        assertThat(kept.getValue().settling()).isEqualTo(42);
        assertThat(kept.getValue().holders(Roles.PRIMARY)).isEmpty();
    }

    @Test
    void a_node_that_may_not_elect_elects_nobody() {
        StepProcessor step = new StepProcessor(attached(NOW), ElectionRules.DEFAULT.withElecting(false), 0, 0, false);
        step.process(kept);

        assertThat(kept.getValue().sessions()).hasSize(1);
        assertThat(kept.getValue().holders(Roles.PRIMARY)).isEmpty();
    }

    @Test
    void an_event_that_leaves_no_record_answers_with_an_unknown_one() {
        StepResult result = run(new TargetEvent.Suspended("s1", 1, NOW), NOW, 0);

        assertThat(result.verdict())
                .contains(new Verdict.Accepted(TargetRecord.unknown("gw"), TargetRecord.unknown("gw")));
        assertThat(kept.getValue()).isNull();
    }

    @Test
    void what_a_step_throws_passes_the_filter_of_every_member() {
        Map.Entry<String, TargetRecord> broken = new SimpleEntry<>("gw", null) {
            @Override
            public TargetRecord getValue() {
                throw new ForeignException();
            }
        };
        StepProcessor step = new StepProcessor(attached(NOW), ElectionRules.DEFAULT, 0, 0, false);

        assertThatIllegalStateException().isThrownBy(() -> step.process(broken)).withNoCause();
    }

    private static final class ForeignException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private StepResult run(TargetEvent event, long known, long settling) {
        StepProcessor step = new StepProcessor(event, ElectionRules.DEFAULT, known, settling, false);
        StepResult result = step.process(kept);
        if (step.getBackupProcessor() != null) {
            step.getBackupProcessor().process(backup);
        }
        return result;
    }

    private static TargetEvent attached(long now) {
        Attach attach = new Attach("s1", "c1", 1, "ch", "node");
        return new TargetEvent.Attached(attach, Map.of(), Set.of(Roles.PRIMARY), List.of(), "", "", now);
    }
}
