package io.exchange.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.ExchangeObserver.Drop;
import io.exchange.api.ExchangeObserver.Outcome;
import io.exchange.api.Grant;
import io.exchange.api.ReplyStatus;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MicrometerObserverTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerObserver observer = new MicrometerObserver(registry, Tags.of("side", "controller"));

    @Test
    void a_command_is_timed_by_type_and_outcome_and_what_never_happened_reads_zero() {
        observer.commandSent("deploy.v1", false);
        observer.commandSent("deploy.v1", true);
        observer.commandEnded("deploy.v1", Outcome.SUCCEEDED, Duration.ofMillis(30));
        observer.commandEnded("deploy.v1", Outcome.SUCCEEDED, Duration.ofMillis(10));

        Timer succeeded = registry.get("exchange.commands")
                .tags("type", "deploy.v1", "outcome", "succeeded")
                .timer();
        assertThat(succeeded.count()).isEqualTo(2);
        assertThat(succeeded.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(40);
        assertThat(registry.get("exchange.commands")
                        .tags("outcome", "unknown")
                        .timer()
                        .count())
                .isZero();
        assertThat(registry.get("exchange.commands.sent")
                        .tags("repeat", "true")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void a_handler_is_timed_by_type_and_status() {
        observer.handlerStarted("deploy.v1");
        observer.handlerEnded("deploy.v1", ReplyStatus.ERROR, Duration.ofMillis(7));
        observer.handlerStuck("deploy.v1");

        assertThat(registry.get("exchange.handlers")
                        .tags("type", "deploy.v1", "status", "error")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("exchange.handlers.stuck")
                        .tag("type", "deploy.v1")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void what_goes_wrong_is_counted_by_its_reason() {
        CloseReason reason = CloseReason.of(CloseReason.Code.UNAUTHENTICATED, "no token");
        observer.attachRefused(reason);
        observer.reconnecting("gateway-eu", CloseReason.of(CloseReason.Code.CONNECTION_LOST, ""), Duration.ZERO);
        observer.granted("gateway-eu", "eu-1", new Grant("primary", 0, 7));

        assertThat(registry.get("exchange.attaches.refused")
                        .tag("reason", "unauthenticated")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("exchange.reconnects")
                        .tag("reason", "connection_lost")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("exchange.grants")
                        .tag("role", "primary")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void what_a_node_of_a_cluster_goes_through_is_counted() {
        observer.linkUp("b");
        observer.linkUp("c");
        observer.linkDown("b", CloseReason.of(CloseReason.Code.CONNECTION_LOST, "the node has left"));
        observer.nodeLease(true);
        assertThat(registry.get("exchange.node.lease").gauge().value()).isEqualTo(1);
        observer.nodeLease(false);
        observer.recordRepaired("gateway-eu");
        observer.channelsMoved(7);
        observer.commandWaits("deploy.v1");

        assertThat(registry.get("exchange.links").gauge().value()).isEqualTo(1);
        assertThat(registry.get("exchange.node.lease").gauge().value()).isZero();
        assertThat(counted("exchange.links.lost")).isEqualTo(1);
        assertThat(counted("exchange.node.leases.lost")).isEqualTo(1);
        assertThat(counted("exchange.records.repaired")).isEqualTo(1);
        assertThat(counted("exchange.channels.moved")).isEqualTo(7);
        assertThat(counted("exchange.commands.waiting")).isEqualTo(1);
    }

    private double counted(String name) {
        return registry.get(name).counter().count();
    }

    @Test
    void a_stranger_who_makes_up_names_makes_no_meters() {
        for (int i = 0; i < 1_000; i++) {
            observer.commandDropped("made-up-" + i, Drop.EXPIRED);
            observer.messageDropped("made-up-" + i, Drop.NO_HANDLER);
            observer.repeatReceived("made-up-" + i, false);
            observer.reconnecting("made-up-" + i, CloseReason.of(CloseReason.Code.INTERNAL, ""), Duration.ZERO);
            observer.sessionEnded("made-up-" + i);
        }
        assertThat(registry.getMeters()).hasSizeLessThan(10);
        assertThat(registry.get("exchange.messages.dropped")
                        .tag("why", "no_handler")
                        .counter()
                        .count())
                .isEqualTo(1_000);
    }

    @Test
    void every_meter_carries_the_tags_that_it_was_given() {
        observer.commandEnded("deploy.v1", Outcome.ERROR, Duration.ofMillis(1));
        observer.commandDropped("deploy.v1", Drop.LATE_ANSWER);

        assertThat(registry.getMeters())
                .extracting(Meter::getId)
                .allSatisfy(id -> assertThat(id.getTags()).contains(Tag.of("side", "controller")));
    }
}
