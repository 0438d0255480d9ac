package io.exchange.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Authenticator;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Identity;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Connectors that show who they are by the subject of their certificate. */
class CertificateSubjectTest extends ExchangeContract {

    CertificateSubjectTest() throws Exception {
        super(mutual());
    }

    private static GrpcWiring mutual() throws Exception {
        Certificates ours = new Certificates("our authority");
        GrpcServerOptions accepts = new GrpcServerOptions()
                .setKeyCertOptions(Certificates.pem(ours.server()))
                .setTrustOptions(ours.pemTrust())
                .setClientAuth(ClientAuth.REQUEST);
        GrpcClientOptions dials = new GrpcClientOptions()
                .setTrustOptions(ours.pemTrust())
                .setKeyCertOptions(Certificates.pem(ours.client("gw-eu")));
        return new GrpcWiring() {
            @Override
            public ServerTransport server() {
                return GrpcTransport.server(accepts);
            }

            @Override
            public ClientTransport client(Vertx vertx, ServerTransport server) {
                return GrpcTransport.client(vertx, dials);
            }

            @Override
            public String endpoint(ServerTransport server) {
                return super.endpoint(server).replace("http://127.0.0.1", "https://localhost");
            }
        };
    }

    private static Optional<Identity> known(String subject) {
        return subject.equals("CN=gw-eu,O=Exchange")
                ? Optional.of(Identity.of("eu's gateway", "eu"))
                : Optional.empty();
    }

    @Test
    void it_speaks_for_the_targets_of_its_identity_and_for_no_other() {
        ExchangeController controller = controller(
                options -> options.setAuthenticator(Authenticator.certificateSubject(CertificateSubjectTest::known)));
        attachEcho("eu", "a");
        await(connector(options("us", "b"), links()).start());

        assertThat(answer(controller.send("eu", ECHO.command("x")))).isEqualTo("a says x");
        eventually("the other is refused", () -> observed.refused().contains(Code.FORBIDDEN));
    }
}
