package io.exchange.controller.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.spi.merge.MergingValue;
import io.exchange.controller.primary.AnyTarget;
import io.exchange.controller.primary.Merge;
import io.exchange.controller.primary.TargetRecord;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RecordMergePolicyTest {

    private record Half(Object getValue) implements MergingValue<Object> {
        @Override
        public Object getRawValue() {
            return getValue;
        }
    }

    private final RecordMergePolicy policy = new RecordMergePolicy();

    @Property(tries = 100)
    void two_halves_are_joined_as_the_pure_function_does(@ForAll long one, @ForAll long other) {
        TargetRecord joining = AnyTarget.record(one);
        TargetRecord there = AnyTarget.record(other);

        assertThat(policy.merge(new Half(joining), new Half(there))).isEqualTo(Merge.merge(there, joining));
    }

    @Test
    void a_record_that_only_one_half_has_stays() {
        TargetRecord record = Serialization.sample("gw");

        assertThat(policy.merge(new Half(record), null)).isSameAs(record);
        assertThat(policy.merge(new Half(null), new Half(record))).isSameAs(record);
    }
}
