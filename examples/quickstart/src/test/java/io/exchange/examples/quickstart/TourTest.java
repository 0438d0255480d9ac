package io.exchange.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TourTest {

    private static final Pattern FAILOVER = Pattern.compile(
            "Failover +gateway-eu: eu-2 took over from eu-1, term (\\d+) after (\\d+) \\[([\\d.]+) ms]");

    @Test
    void the_tour_shows_each_step_and_ends_by_itself_with_exit_code_0() throws Exception {
        Jvm tour = Jvm.run();

        assertThat(tour.awaitExit()).as(tour.output()).isZero();
        assertThat(tour.output())
                .containsSubsequence(List.of(
                        "Controller listens on http://127.0.0.1:",
                        "gateway-eu: eu-1 over gRPC, primary under term",
                        "gateway-eu: eu-2 over gRPC, standing by",
                        "gateway-us: us-1 embedded, primary under term",
                        "gateway-eu: eu-1 has taken Parcel Shipping 2.3.0: 36 operations, 47 schemas",
                        "gateway-us: us-1 has taken Parcel Shipping 2.3.0: 36 operations, 47 schemas",
                        "asked of both targets, 2 answers expected",
                        "cut without a word",
                        "eu-2 took over from eu-1",
                        "gateway-eu: eu-2 has taken Parcel Shipping 2.3.0",
                        "all stopped, no thread left"))
                .doesNotContain("WARNING", "SEVERE", "Exception");
        Matcher failover = FAILOVER.matcher(tour.output());
        assertThat(failover.find()).as(tour.output()).isTrue();
        assertThat(Long.parseLong(failover.group(1))).isGreaterThan(Long.parseLong(failover.group(2)));
        // the lease of 2 s counts from the last heartbeat, up to 500 ms before the crash; a slow machine adds its own
        assertThat(Double.parseDouble(failover.group(3))).isBetween(1_000.0, 8_000.0);
    }
}
