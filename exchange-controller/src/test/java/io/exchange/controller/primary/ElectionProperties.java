package io.exchange.controller.primary;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.controller.primary.SlotRecord.Tenure;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ElectionProperties {

    @Property(tries = 2000)
    void terms_and_versions_only_grow(@ForAll long seed) {
        List<TargetRecord> history = new Histories(seed).after(TargetRecord.unknown("gw"), 40);
        for (int i = 1; i < history.size(); i++) {
            TargetRecord before = history.get(i - 1);
            TargetRecord after = history.get(i);
            assertThat(after == before || after.version() > before.version()).isTrue();
            for (SlotRecord slot : before.slots()) {
                long term = after.slot(slot.role(), slot.number())
                        .map(SlotRecord::term)
                        .orElse(0L);
                assertThat(term).isGreaterThanOrEqualTo(slot.term());
            }
        }
    }

    @Property(tries = 2000)
    void a_slot_is_given_only_when_nobody_is_left_in_it_and_under_a_term_that_nobody_had(@ForAll long seed) {
        Histories histories = new Histories(seed);
        TargetRecord before = histories.some();
        TargetEvent event = histories.any(before);
        if (event instanceof TargetEvent.Attached
                || !(Election.step(before, event, Histories.RULES) instanceof Verdict.Accepted accepted)) {
            return;
        }
        for (SlotRecord slot : accepted.record().slots()) {
            SlotRecord old =
                    before.slot(slot.role(), slot.number()).orElse(SlotRecord.empty(slot.role(), slot.number()));
            for (Tenure tenure : slot.tenures()) {
                if (old.tenure(tenure.sessionId(), tenure.term()).isEmpty()) {
                    assertThat(slot.tenures()).containsExactly(tenure);
                    assertThat(tenure.term()).isGreaterThan(old.term());
                }
            }
        }
    }

    @Property(tries = 2000)
    void a_slot_has_one_holder_and_a_connector_one_slot_of_a_role(@ForAll long seed) {
        TargetRecord record = new Histories(seed).some();
        Set<String> holding = new HashSet<>();
        for (SlotRecord slot : record.slots()) {
            assertThat(slot.tenures().stream().filter(tenure -> !tenure.revoking()))
                    .hasSizeLessThanOrEqualTo(1);
            slot.holder().ifPresent(holder -> {
                SessionRecord session = record.session(holder.sessionId()).orElseThrow();
                assertThat(session.fits(slot.role())).isTrue();
                assertThat(holding.add(session.connectorId() + slot.role())).isTrue();
            });
        }
    }

    @Property(tries = 2000)
    void whoever_may_hold_a_slot_is_in_the_record(@ForAll long seed) {
        TargetRecord record = new Histories(seed).some();
        record.slots()
                .forEach(slot -> slot.tenures()
                        .forEach(tenure ->
                                assertThat(record.session(tenure.sessionId())).isPresent()));
    }

    @Property(tries = 2000)
    void the_same_event_again_changes_nothing(@ForAll long seed) {
        Histories histories = new Histories(seed);
        TargetRecord before = histories.some();
        TargetEvent event = histories.any(before);
        if (Election.step(before, event, Histories.RULES) instanceof Verdict.Accepted once) {
            Verdict twice = Election.step(once.record(), event, Histories.RULES);
            assertThat(twice).as(() -> event + " on " + before).isInstanceOf(Verdict.Accepted.class);
            assertThat(((Verdict.Accepted) twice).record()).as(event::toString).isEqualTo(once.record());
        }
    }

    @Property(tries = 1000)
    void no_slot_stays_free_that_somebody_can_take(@ForAll long seed) {
        TargetRecord record = new Histories(seed).some();
        TargetRecord swept = Events.after(record, Histories.RULES, new TargetEvent.Swept(record.version()));
        assertThat(swept.hasSameContent(record)).isTrue();
    }
}
