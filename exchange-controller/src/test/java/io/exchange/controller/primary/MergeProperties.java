package io.exchange.controller.primary;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class MergeProperties {

    @Property(tries = 2000)
    void merging_with_itself_changes_nothing(@ForAll long seed) {
        TargetRecord record = new Histories(seed).some();

        assertThat(Merge.merge(record, record)).isEqualTo(record);
    }

    @Property(tries = 2000)
    void it_does_not_matter_which_half_comes_first(@ForAll long seed) {
        Halves halves = new Halves(seed);

        assertThat(Merge.merge(halves.one, halves.other)).isEqualTo(Merge.merge(halves.other, halves.one));
    }

    @Property(tries = 2000)
    void merging_a_half_in_again_changes_nothing(@ForAll long seed) {
        Halves halves = new Halves(seed);
        TargetRecord merged = Merge.merge(halves.one, halves.other);

        assertThat(Merge.merge(merged, halves.one)).isEqualTo(merged);
        assertThat(Merge.merge(merged, halves.other)).isEqualTo(merged);
    }

    @Property(tries = 2000)
    void three_parts_give_the_same_in_any_order_but_for_the_version(@ForAll long seed) {
        Halves halves = new Halves(seed);
        TargetRecord left = Merge.merge(Merge.merge(halves.one, halves.other), halves.third);
        TargetRecord right = Merge.merge(halves.one, Merge.merge(halves.other, halves.third));

        assertThat(left.sessions()).isEqualTo(right.sessions());
        assertThat(left.slots()).isEqualTo(right.slots());
    }

    @Property(tries = 2000)
    void no_term_and_nobody_who_may_hold_a_slot_is_lost(@ForAll long seed) {
        Halves halves = new Halves(seed);
        TargetRecord merged = Merge.merge(halves.one, halves.other);

        for (SlotRecord slot : halves.one.slots()) {
            SlotRecord after = merged.slot(slot.role(), slot.number()).orElseThrow();
            assertThat(after.term()).isGreaterThanOrEqualTo(slot.term());
            slot.tenures()
                    .forEach(tenure -> assertThat(after.tenure(tenure.sessionId(), tenure.term()))
                            .isPresent());
            assertThat(after.tenures().stream().filter(tenure -> !tenure.revoking()))
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    @Property(tries = 2000)
    void nobody_goes_on_holding_under_a_term_that_was_overtaken(@ForAll long seed) {
        Halves halves = new Halves(seed);
        TargetRecord merged = Merge.merge(halves.one, halves.other);

        for (SlotRecord slot : merged.slots()) {
            slot.holder().ifPresent(holder -> assertThat(holder.term()).isEqualTo(slot.term()));
        }
    }

    @Property(tries = 2000)
    void a_record_with_other_content_has_a_higher_version(@ForAll long seed) {
        Halves halves = new Halves(seed);
        TargetRecord merged = Merge.merge(halves.one, halves.other);

        if (!merged.hasSameContent(halves.one)) {
            assertThat(merged.version()).isGreaterThan(halves.one.version());
        }
    }

    @Property(tries = 1000)
    void the_highest_attach_of_a_session_counts(@ForAll long seed) {
        Halves halves = new Halves(seed);
        TargetRecord merged = Merge.merge(halves.one, halves.other);

        for (SessionRecord session : merged.sessions()) {
            long highest = Math.max(number(halves.one, session), number(halves.other, session));
            assertThat(session.attach().number()).isEqualTo(highest);
        }
    }

    private static long number(TargetRecord record, SessionRecord session) {
        return record.session(session.id())
                .map(known -> known.attach().number())
                .orElse(-1L);
    }

    /** What became of one record in three parts of a cluster. */
    private static final class Halves {
        private final TargetRecord one;
        private final TargetRecord other;
        private final TargetRecord third;

        private Halves(long seed) {
            Histories histories = new Histories(seed);
            TargetRecord common = histories.some();
            one = histories.later(common);
            other = new Histories(seed + 1).later(common);
            third = new Histories(seed + 2).later(common);
        }
    }
}
