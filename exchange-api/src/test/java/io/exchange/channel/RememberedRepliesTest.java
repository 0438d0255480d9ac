package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.exchange.api.ErrorCode;
import io.exchange.api.PayloadType;
import io.exchange.api.ReplyError;
import io.exchange.api.ReplyMemory;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class RememberedRepliesTest {

    private static final long NOW = Duration.ofHours(1).toNanos();

    private final RememberedReplies memory = new RememberedReplies(ReplyMemory.DEFAULT, NOW);

    @Test
    void bytes_are_counted() {
        assertRemembers(60, i -> new Outcome.Succeeded(Payload.ofBytes(Buffer.buffer(new byte[64 << 10]))));
    }

    @Test
    void values_that_were_never_encoded_are_counted_as_if_they_were_large() {
        assertRemembers(250, i -> new Outcome.Succeeded(Payload.of(PayloadType.json(String.class), "x".repeat(1000))));
    }

    @Test
    void what_is_said_of_failures_is_counted() {
        String text = "x".repeat(8 << 10);
        assertRemembers(500, i -> new Outcome.Failed(new ReplyError("code", text)));
        assertRemembers(500, i -> new Outcome.Failed(new ReplyError("code", "", Map.of("detail", text))));
        assertRemembers(500, i -> new Outcome.Refused(ErrorCode.INTERNAL.unknown(text)));
    }

    @Test
    void what_a_decoder_threw_is_not_kept() {
        memory.add("a", new Outcome.Refused(ErrorCode.INVALID.notExecuted("why", new Exception("all of it"))), NOW);

        assertThat(memory.find("a")).hasValueSatisfying(outcome -> {
            assertThat(((Outcome.Refused) outcome).cause()).hasNoCause().hasMessageContaining("why");
        });
    }

    @Test
    void what_is_gone_is_not_covered() {
        memory.coverEverything();
        assertThat(memory.covers(NOW)).isTrue();
        for (int i = 0; i <= ReplyMemory.DEFAULT.maxReplies(); i++) {
            memory.add("id " + i, new Outcome.Succeeded(Payload.EMPTY), NOW + i);
        }

        assertThat(memory.covers(NOW)).isFalse();
        assertThat(memory.covers(NOW + RememberedReplies.MARGIN_NANOS + 1)).isTrue();
    }

    @Test
    void what_is_set_bounds_count_bytes_and_age_and_what_is_covered_follows() {
        assertHoldsTheLast(2, new ReplyMemory(2, 1 << 20, Duration.ofDays(1)));
        assertHoldsTheLast(2, new ReplyMemory(1000, 600, Duration.ofDays(1)));
        assertHoldsTheLast(3, new ReplyMemory(1000, 1 << 20, Duration.ofMinutes(2)));
        assertHoldsTheLast(10, new ReplyMemory(Integer.MAX_VALUE, Long.MAX_VALUE, Duration.ofSeconds(Long.MAX_VALUE)));
    }

    /** Ten replies of 256 bytes come, one a minute. */
    private static void assertHoldsTheLast(int expected, ReplyMemory bounds) {
        RememberedReplies bounded = new RememberedReplies(bounds, NOW);
        bounded.coverEverything();
        long minute = Duration.ofMinutes(1).toNanos();
        for (int i = 0; i < 10; i++) {
            bounded.add("id " + i, new Outcome.Succeeded(Payload.EMPTY), NOW + i * minute);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(bounded.find("id " + i).isPresent()).isEqualTo(i >= 10 - expected);
            assertThat(bounded.covers(NOW + i * minute)).isEqualTo(i >= 10 - expected);
        }
    }

    @Test
    void what_was_dropped_unstarted_is_known_once_and_not_any_more_when_it_has_come_another_way() {
        memory.dropped("a");
        memory.dropped("b");

        assertThat(memory.neverStarted("a", NOW)).isTrue();
        assertThat(memory.neverStarted("a", NOW)).isFalse();
        assertThat(memory.forgetDropped("b")).isTrue();
        assertThat(memory.neverStarted("b", NOW)).isFalse();
    }

    @Test
    void no_more_of_what_was_dropped_is_kept_than_may_wait() {
        for (int i = 0; i < 10_000; i++) {
            memory.dropped("id " + i);
        }

        assertThat(memory.neverStarted("id 0", NOW)).isFalse();
        assertThat(memory.neverStarted("id 9999", NOW)).isTrue();
    }

    @Test
    void bounds_that_hold_nothing_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReplyMemory(0, 1, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReplyMemory(1, 0, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReplyMemory(1, 1, Duration.ZERO));
    }

    /** Many are added, and of those so many are left, give or take some. */
    private void assertRemembers(int expected, IntFunction<Outcome> outcome) {
        for (int i = 0; i < 2000; i++) {
            memory.add(expected + " " + i, outcome.apply(i), NOW);
        }
        int left = 0;
        for (int i = 0; i < 2000; i++) {
            left += memory.find(expected + " " + i).isPresent() ? 1 : 0;
        }
        assertThat(left).isBetween(expected - expected / 20, expected + expected / 20 + 5);
        for (int i = 0; i < ReplyMemory.DEFAULT.maxReplies(); i++) {
            memory.add("next " + expected + " " + i, new Outcome.Succeeded(Payload.EMPTY), NOW);
        }
    }
}
