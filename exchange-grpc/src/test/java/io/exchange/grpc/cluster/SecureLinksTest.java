package io.exchange.grpc.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.grpc.Certificates;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.vertx.core.http.ClientAuth;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Nodes that link only to those who show a certificate. */
class SecureLinksTest {

    private static ClusterWiring mutual(boolean withCertificate) throws Exception {
        Certificates ours = new Certificates("authority of the nodes");
        GrpcServerOptions accepts = new GrpcServerOptions()
                .setKeyCertOptions(Certificates.pem(ours.server()))
                .setTrustOptions(ours.pemTrust())
                .setClientAuth(ClientAuth.REQUIRED);
        GrpcClientOptions dials = new GrpcClientOptions().setTrustOptions(ours.pemTrust());
        if (withCertificate) {
            dials.setKeyCertOptions(Certificates.pem(ours.client("node")));
        }
        return new ClusterWiring(accepts, dials);
    }

    @Nested
    class WithCertificates extends ExchangeContract {
        WithCertificates() throws Exception {
            super(mutual(true));
        }

        @Test
        void commands_pass() {
            ExchangeController controller = controller();
            attachEcho("eu", "a");

            assertThat(answer(controller.send("eu", ECHO.command("x")))).isEqualTo("a says x");
        }
    }

    @Nested
    class WithoutOne extends ExchangeContract {
        WithoutOne() throws Exception {
            super(mutual(false));
        }

        @Test
        void no_command_passes_and_none_is_said_to_have_run() {
            ExchangeController controller = controller();
            attachEcho("eu", "a");

            ExchangeException refused =
                    failure(controller.send("eu", ECHO.command("x").withTimeout(Duration.ofMillis(500))));
            assertThat(refused.code()).isEqualTo(ErrorCode.TIMEOUT);
            assertThat(refused.execution()).isEqualTo(Execution.NOT_EXECUTED);
        }
    }
}
