package io.exchange.grpc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason.Code;
import io.exchange.api.HealthCheck;
import io.exchange.api.Roles;
import io.exchange.api.Route;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.grpc.GrpcWiring;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.exchange.transport.End;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Fault 5: one connector that does not answer its primary notification delays the next target's election by 60 seconds, and
 * one that does not answer its health check delays the whole round.
 */
class MuteConnectorTest extends ExchangeContract {

    MuteConnectorTest() {
        super(new GrpcWiring());
    }

    /** Says hello, and nothing ever after. */
    private End attachMute(String targetId) {
        End end = bareConnection();
        end.send(new Frame.Hello(
                Frame.PROTOCOL_VERSION,
                "mute of " + targetId,
                "session of " + targetId,
                1,
                "",
                targetId,
                Map.of(),
                Set.of(Roles.PRIMARY),
                List.of(),
                Map.of(),
                Payload.EMPTY));
        assertThat(end.next()).isInstanceOf(Frame.HelloReply.class);
        return end;
    }

    @Test
    void it_delays_neither_the_election_of_others_nor_their_health_checks() {
        ExchangeController controller =
                controller(options -> options.setChannelLimits(ChannelLimits.DEFAULT) // silence lasts 9 s here
                        .setHealthInterval(Duration.ofMillis(20))
                        .setHealthTimeout(Duration.ofMinutes(1)));
        for (int i = 0; i < 20; i++) {
            assertThat(attachMute("mute " + i).next()).isInstanceOf(Frame.Granted.class);
        }
        AtomicInteger asked = new AtomicInteger();
        List<ExchangeConnector> well = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            well.add(attach("eu " + i, "a", connector -> {
                connector.handle(ECHO, (text, context) -> Future.succeededFuture(text));
                connector.handle(HealthCheck.TYPE, (query, context) -> {
                    asked.incrementAndGet();
                    return Future.succeededFuture(new HealthCheck.Report(true, ""));
                });
            }));
        }
        eventually(
                "all others are primary",
                () -> well.stream().allMatch(connector -> connector.grants().size() == 1));
        eventually("all others are asked for their health, again and again", () -> asked.get() > 200);
        for (int i = 0; i < 20; i++) {
            assertThat(answer(controller.send("eu " + i, ECHO.command("x").withRoute(Route.PRIMARY))))
                    .isEqualTo("x");
        }
        assertThat(observed.closed()).isEmpty();
    }

    @Test
    void it_is_closed_for_its_silence_and_another_of_its_target_takes_over() {
        ExchangeController controller = controller();
        End mute = attachMute("eu");
        assertThat(mute.next()).isInstanceOf(Frame.Granted.class);
        ExchangeConnector other = attachEcho("eu", "b");
        mute.closed();
        eventually("it is told why", () -> observed.closed().contains(Code.HEARTBEAT_TIMEOUT));
        eventually("the other holds", () -> other.grants().size() == 1);
        assertThat(answer(controller.send("eu", ECHO.command("x").withRoute(Route.PRIMARY))))
                .isEqualTo("b says x");
    }
}
