package io.exchange.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.protocol.ChannelLimits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Heartbeats are all that keeps an idle channel from being cut. */
@Timeout(20)
class IdleTimeoutTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void a_controller_does_not_listen_where_its_channels_would_be_cut_between_two_heartbeats() throws Exception {
        ChannelLimits rare =
                ChannelLimits.DEFAULT.withLease(Duration.ofMinutes(5)).withHeartbeatInterval(Duration.ofSeconds(60));
        ExchangeController controller =
                ExchangeController.create(vertx, new ControllerOptions().setChannelLimits(rare));

        Throwable refused = outcome(controller.listen(GrpcTransport.server(new GrpcServerOptions())));
        Future<Void> patient =
                controller.listen(GrpcTransport.server(new GrpcServerOptions().setIdleTimeout(Duration.ofSeconds(61))));

        assertThat(refused)
                .isInstanceOfSatisfying(
                        ExchangeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID))
                .hasMessageContaining("PT1M")
                .hasMessageContaining("withHeartbeatInterval");
        patient.compose(listens -> controller.stop())
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private static Throwable outcome(Future<Void> future) throws Exception {
        return future.map(done -> (Throwable) new AssertionError("it listens"))
                .otherwise(failure -> failure)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }
}
