package io.exchange.controller.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.HealthCheck;
import io.exchange.channel.ManualLoop;
import io.exchange.channel.PendingReply;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.cluster.MemoryDirectory;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connector that has as many commands as it may is asked for its health all the same: whoever is busy is not mute. */
class BusyConnectorTest {

    private static final CommandType<String, String> WORK = CommandType.of("work.v1", String.class, String.class);
    private static final Duration HEALTH_INTERVAL = Duration.ofSeconds(1);
    private static final int MISSES = 3;

    private final ManualLoop loop = new ManualLoop();
    private final Door door = new Door(
            loop,
            new MemoryDirectory(new ElectionRules(Map.of(), 1, true), () -> 1_700_000_000_000L, 0),
            new ControllerOptions()
                    .setChannelLimits(limits())
                    .setHealthInterval(HEALTH_INTERVAL)
                    .setHealthTimeout(Duration.ofMillis(500))
                    .setHealthMisses(MISSES));
    private final Visitor visitor = door.attach(Visitor.hello("s", 1, ""));
    private final LocalSession local = door.sessions().find("gw", "s").orElseThrow();
    private final Set<String> answered = new HashSet<>();

    @BeforeEach
    void sendAsMuchAsMayBe() {
        List<PendingReply<String>> calls = IntStream.range(0, 5)
                .mapToObj(i -> local.session().call(WORK.command("x")))
                .toList();
        loop.run();
        assertThat(calls.subList(0, 4)).noneMatch(call -> call.reply().isComplete());
        assertThat(calls.get(4).reply().cause())
                .isInstanceOfSatisfying(
                        ExchangeException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.EXHAUSTED));
    }

    @Test
    void it_answers_and_stays() {
        advance(5 * MISSES);

        assertThat(answered).hasSizeGreaterThan(MISSES);
        assertThat(visitor.isClosed()).isFalse();
        assertThat(local.isReady()).isTrue();
    }

    @Test
    void it_stays_while_its_connection_takes_nothing_for_a_time_and_is_asked_after_that() {
        visitor.takesNothing(true);
        advance(2 * MISSES);
        assertThat(answered).isEmpty();
        assertThat(visitor.isClosed()).isFalse();
        assertThat(local.isReady()).isTrue();

        visitor.takesNothing(false);
        advance(2);
        assertThat(answered).isNotEmpty();
        assertThat(local.isReady()).isTrue();
    }

    @Test
    void it_is_found_mute_if_it_does_not_answer() {
        loop.advance(HEALTH_INTERVAL.multipliedBy(2 * MISSES));

        assertThat(visitor.isClosed()).isTrue();
        assertThat(visitor.heard(Frame.GoodBye.class))
                .extracting(bye -> bye.reason().code())
                .containsExactly(CloseReason.Code.UNHEALTHY);
    }

    /** Time passes in which all questions are answered. */
    private void advance(int intervals) {
        for (int i = 0; i < 4 * intervals; i++) {
            loop.advance(HEALTH_INTERVAL.dividedBy(4));
            visitor.beat();
            for (Frame.Command command : visitor.heard(Frame.Command.class)) {
                if (command.type().equals(HealthCheck.TYPE.name()) && answered.add(command.id())) {
                    visitor.answer(command, Payload.of(HealthCheck.TYPE.reply(), new HealthCheck.Report(true, "")));
                }
            }
        }
    }

    private static ChannelLimits limits() {
        ChannelLimits usual = ChannelLimits.DEFAULT;
        return new ChannelLimits(
                usual.heartbeatInterval(),
                usual.missedHeartbeats(),
                usual.lease(),
                usual.sessionGrace(),
                2,
                2,
                usual.maxPayloadBytes());
    }
}
