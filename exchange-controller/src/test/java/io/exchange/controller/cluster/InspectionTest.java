package io.exchange.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Roles;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.Election;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.Merge;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InspectionTest {

    private static final long NOW = 1_700_000_000_000L;

    @Test
    void a_session_that_a_merge_ended_and_that_holds_nothing_is_swept_though_its_node_still_has_it() {
        TargetRecord leftover = Merge.merge(attached("s1", Set.of()), attached("s2", Set.of(Roles.PRIMARY)));
        assertThat(leftover.sessions()).extracting(SessionRecord::id).containsExactly("s1", "s2");

        Inspection inspection = inspect(leftover);
        assertThat(inspection.work()).hasSize(1);
        TargetRecord swept = leftover;
        for (TargetEvent event : inspection.work().get(0).events()) {
            swept = step(swept, event);
        }
        assertThat(swept.sessions()).extracting(SessionRecord::id).containsExactly("s2");
        assertThat(inspect(swept).work()).isEmpty();
    }

    private static TargetRecord attached(String session, Set<String> roles) {
        Attach attach = new Attach(session, "connector", 1, "channel of " + session, "a");
        return step(
                TargetRecord.unknown("gw"), new TargetEvent.Attached(attach, Map.of(), roles, List.of(), "", "", NOW));
    }

    private static TargetRecord step(TargetRecord record, TargetEvent event) {
        return ((Verdict.Accepted) Election.step(record, event, ElectionRules.DEFAULT)).record();
    }

    private static Inspection inspect(TargetRecord record) {
        Inspection inspection = new Inspection(new Inspection.Scene(
                "a", Set.of("a"), Set.of(), Set.of(), target -> true, attach -> true, ElectionRules.DEFAULT, NOW));
        inspection.look(record);
        return inspection;
    }
}
