package io.exchange.grpc;

import static io.exchange.transport.End.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.transport.End;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GrpcTlsTest {

    private final Certificates ours;

    GrpcTlsTest() throws Exception {
        ours = new Certificates("our authority");
    }

    @Test
    void pem() throws Exception {
        assertConnects(Certificates.pem(ours.server()), ours.pemTrust());
    }

    @Test
    void pkcs12() throws Exception {
        assertConnects(Certificates.store("PKCS12", ours.server()), ours.storeTrust("PKCS12"));
    }

    @Test
    void jks() throws Exception {
        assertConnects(Certificates.store("JKS", ours.server()), ours.storeTrust("JKS"));
    }

    private void assertConnects(KeyCertOptions key, TrustOptions trust) {
        try (Party party = new Party(new GrpcServerOptions().setKeyCertOptions(key))) {
            End connector = party.connect(new GrpcClientOptions().setTrustOptions(trust), party.https());
            End controller = party.assertConnected(connector);
            assertThat(connector.connection().peer().certificates())
                    .first()
                    .satisfies(
                            shown -> assertThat(shown.getSubjectX500Principal().getName())
                                    .isEqualTo("CN=localhost"));
            assertThat(controller.connection().peer().certificates()).isEmpty();
        }
    }

    @Test
    void a_client_certificate_is_seen_by_the_server() throws Exception {
        GrpcServerOptions mutual = mutual();
        try (Party party = new Party(mutual)) {
            for (KeyCertOptions key : new KeyCertOptions[] {
                Certificates.pem(ours.client("gw-eu")),
                Certificates.store("PKCS12", ours.client("gw-eu")),
                Certificates.store("JKS", ours.client("gw-eu"))
            }) {
                GrpcClientOptions options =
                        new GrpcClientOptions().setTrustOptions(ours.pemTrust()).setKeyCertOptions(key);
                End controller = party.assertConnected(party.connect(options, party.https()));
                X509Certificate leaf =
                        controller.connection().peer().certificates().get(0);
                assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=gw-eu,O=Exchange");
            }
        }
    }

    @Test
    void a_client_without_a_certificate_is_refused_where_one_is_required() throws Exception {
        try (Party party = new Party(mutual())) {
            assertNoWayIn(party, new GrpcClientOptions().setTrustOptions(ours.pemTrust()));
        }
    }

    @Test
    void client_certificates_cannot_be_asked_for_without_tls() {
        assertThatThrownBy(() -> GrpcTransport.server(new GrpcServerOptions().setClientAuth(ClientAuth.REQUIRED)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("setKeyCertOptions");
    }

    @Test
    void client_certificates_cannot_be_asked_for_without_authorities() throws Exception {
        GrpcServerOptions ofAnyAuthority = new GrpcServerOptions()
                .setKeyCertOptions(Certificates.pem(ours.server()))
                .setClientAuth(ClientAuth.REQUIRED);
        assertThatThrownBy(() -> GrpcTransport.server(ofAnyAuthority))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("setTrustOptions");
    }

    @Test
    void a_client_certificate_of_another_authority_is_refused() throws Exception {
        try (Party party = new Party(mutual())) {
            Certificates others = new Certificates("another authority");
            assertNoWayIn(
                    party,
                    new GrpcClientOptions()
                            .setTrustOptions(ours.pemTrust())
                            .setKeyCertOptions(Certificates.pem(others.client("gw-eu"))));
        }
    }

    /** In TLS 1.3 the client is done before the server has looked at its certificate; HTTP/2 then never begins. */
    private static void assertNoWayIn(Party party, GrpcClientOptions options) {
        assertThat(party.refusal(options, party.https())).isNotNull();
    }

    @Test
    void a_server_of_an_unknown_authority_is_not_trusted() throws Exception {
        try (Party party = new Party(new GrpcServerOptions().setKeyCertOptions(Certificates.pem(ours.server())))) {
            assertThat(party.refusal(new GrpcClientOptions(), party.https())).isNotNull();
            TrustOptions others = new Certificates("another authority").pemTrust();
            assertThat(party.refusal(new GrpcClientOptions().setTrustOptions(others), party.https()))
                    .isNotNull();
        }
    }

    @Test
    void a_certificate_must_be_for_the_host_unless_told_otherwise() throws Exception {
        KeyCertOptions elsewhere = Certificates.pem(ours.elsewhere());
        try (Party party = new Party(new GrpcServerOptions().setKeyCertOptions(elsewhere))) {
            GrpcClientOptions strict = new GrpcClientOptions().setTrustOptions(ours.pemTrust());
            assertThat(party.refusal(strict, party.https())).isNotNull();
            party.assertConnected(party.connect(new GrpcClientOptions(strict).setVerifyHost(false), party.https()));
        }
    }

    @Test
    void plain_text_gets_nowhere_where_tls_is_spoken_nor_the_other_way_round() throws Exception {
        GrpcServerOptions tls = new GrpcServerOptions().setKeyCertOptions(Certificates.pem(ours.server()));
        try (Party party = new Party(tls)) {
            assertThat(party.refusal(new GrpcClientOptions(), party.http())).isNotNull();
        }
        try (Party party = new Party(new GrpcServerOptions())) {
            GrpcClientOptions trusting = new GrpcClientOptions().setTrustOptions(ours.pemTrust());
            assertThat(party.refusal(trusting, party.https())).isNotNull();
        }
    }

    @Test
    void certificates_are_replaced_while_connections_stay() throws Exception {
        Certificates next = new Certificates("the next authority");
        GrpcServerOptions options = new GrpcServerOptions().setKeyCertOptions(Certificates.pem(ours.server()));
        try (Party party = new Party(options)) {
            GrpcClientOptions old = new GrpcClientOptions().setTrustOptions(ours.pemTrust());
            End early = party.connect(old, party.https());
            End controller = party.assertConnected(early);

            await(party.server().reload(Certificates.pem(next.server()), null));
            GrpcClientOptions renewed = new GrpcClientOptions().setTrustOptions(next.pemTrust());
            for (int i = 0; i < 4; i++) { // whatever event loop it comes to
                party.assertConnected(party.connect(renewed, party.https()));
            }
            assertThat(party.refusal(old, party.https())).isNotNull();
            early.send(io.exchange.transport.Frames.numbered(9));
            assertThat(controller.next()).isEqualTo(io.exchange.transport.Frames.numbered(9));
        }
    }

    @Test
    void authorities_that_were_replaced_stay_when_the_certificate_alone_is_replaced_after_them() throws Exception {
        Certificates next = new Certificates("the next authority");
        try (Party party = new Party(mutual())) {
            await(party.server().reload(Certificates.pem(ours.server()), next.pemTrust()));
            await(party.server().reload(Certificates.pem(ours.server()), null));

            GrpcClientOptions trusting = new GrpcClientOptions().setTrustOptions(ours.pemTrust());
            party.assertConnected(party.connect(
                    new GrpcClientOptions(trusting).setKeyCertOptions(Certificates.pem(next.client("gw-eu"))),
                    party.https()));
            assertNoWayIn(
                    party, new GrpcClientOptions(trusting).setKeyCertOptions(Certificates.pem(ours.client("gw-eu"))));
        }
    }

    @Test
    void certificates_that_cannot_be_read_leave_the_old_ones_in_use() throws Exception {
        GrpcServerOptions options = new GrpcServerOptions().setKeyCertOptions(Certificates.pem(ours.server()));
        try (Party party = new Party(options)) {
            KeyCertOptions missing = new io.vertx.core.net.PemKeyCertOptions()
                    .addCertPath("missing.pem")
                    .addKeyPath("missing.key");
            Throwable failure = await(party.server()
                    .reload(missing, null)
                    .map(done -> (Throwable) null)
                    .otherwise(thrown -> thrown));
            assertThat(failure).isNotNull();
            party.assertConnected(
                    party.connect(new GrpcClientOptions().setTrustOptions(ours.pemTrust()), party.https()));
        }
    }

    private GrpcServerOptions mutual() throws Exception {
        return new GrpcServerOptions()
                .setKeyCertOptions(Certificates.pem(ours.server()))
                .setTrustOptions(ours.pemTrust())
                .setClientAuth(ClientAuth.REQUIRED);
    }
}
