package io.exchange.grpc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.embedded.Links;
import io.exchange.grpc.GrpcWiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Fault 13: reconnect has no jitter, and a stopping controller says good-bye to all at once: a herd. */
class ReconnectHerdTest extends ExchangeContract {

    private static final int CONNECTORS = 60;

    ReconnectHerdTest() {
        super(new GrpcWiring());
    }

    private List<Links> attachMany() {
        List<Links> all = new ArrayList<>();
        for (int i = 0; i < CONNECTORS; i++) {
            Links links = links();
            all.add(links);
            attach(
                    options("eu", "c" + i)
                            .setBackoffFirst(Duration.ofMillis(400))
                            .setBackoffMost(Duration.ofSeconds(4)),
                    links,
                    connector -> {});
        }
        return all;
    }

    private void assertSpread() {
        eventually("each plans to come back", () -> observed.delays().size() >= CONNECTORS);
        Set<Duration> delays = new TreeSet<>(observed.delays().subList(0, CONNECTORS));
        assertThat(delays).hasSizeGreaterThan(CONNECTORS - 5);
        long early = delays.stream().filter(delay -> delay.toMillis() < 200).count();
        assertThat(early).isBetween(CONNECTORS / 6L, CONNECTORS * 5L / 6);
    }

    @Test
    void connectors_that_lose_their_channels_together_come_back_spread_out() {
        controller();
        List<Links> all = attachMany();
        all.forEach(Links::cut);
        assertSpread();
    }

    @Test
    void a_controller_that_stops_sends_nobody_off_in_a_crowd() {
        ExchangeController controller = controller();
        attachMany();
        await(controller.stop(Duration.ofSeconds(2)));
        assertSpread();
    }

    @Test
    void who_finds_nobody_waits_longer_each_time() {
        controller();
        Links links = links();
        links.down();
        var connector = connector(
                options("eu", "a").setBackoffFirst(Duration.ofMillis(10)).setBackoffMost(Duration.ofMillis(80)), links);
        await(connector.start());
        eventually("it has tried some times", () -> observed.delays().size() > 12);
        assertThat(observed.delays().get(0)).isLessThanOrEqualTo(Duration.ofMillis(10));
        assertThat(observed.delays()).allMatch(delay -> delay.compareTo(Duration.ofMillis(80)) <= 0);
        assertThat(observed.delays().subList(4, 12)).anyMatch(delay -> delay.compareTo(Duration.ofMillis(10)) > 0);
    }
}
