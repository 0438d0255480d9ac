package io.exchange.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.transport.End;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GrpcProxyTest {

    @Test
    void an_http_proxy_is_asked_to_connect_for_plain_text_and_for_tls() throws Exception {
        assertGoesThrough(TestProxy.Manner.HTTP_CONNECT, ProxyType.HTTP, "CONNECT %s:%d HTTP/1.1");
    }

    @Test
    void a_socks_proxy_is_asked_to_connect_for_plain_text_and_for_tls() throws Exception {
        assertGoesThrough(TestProxy.Manner.SOCKS5, ProxyType.SOCKS5, "SOCKS5 1 %2$d");
    }

    private static void assertGoesThrough(TestProxy.Manner manner, ProxyType type, String question) throws Exception {
        Certificates ours = new Certificates("our authority");
        try (Party plain = new Party(new GrpcServerOptions());
                Party tls = new Party(new GrpcServerOptions().setKeyCertOptions(Certificates.pem(ours.server())))) {
            TestProxy proxy = new TestProxy(plain.vertx, manner, 0);
            GrpcClientOptions options = new GrpcClientOptions()
                    .setTrustOptions(ours.pemTrust())
                    .setProxyOptions(new ProxyOptions()
                            .setType(type)
                            .setHost("127.0.0.1")
                            .setPort(proxy.port()));
            plain.assertConnected(plain.connect(options, plain.http()));
            assertThat(proxy.asked()).containsExactly(question.formatted("127.0.0.1", plain.port()));

            End connector = tls.connect(options, tls.https());
            tls.assertConnected(connector);
            assertThat(proxy.asked()).hasSize(2).last().isEqualTo(question.formatted("localhost", tls.port()));
            proxy.cut();
            assertThat(connector.closed().code()).isEqualTo(io.exchange.api.CloseReason.Code.CONNECTION_LOST);
        }
    }

    @Test
    void a_proxy_that_is_not_there_fails_the_connect() {
        try (Party party = new Party(new GrpcServerOptions())) {
            GrpcClientOptions options = new GrpcClientOptions()
                    .setProxyOptions(new ProxyOptions()
                            .setType(ProxyType.HTTP)
                            .setHost("127.0.0.1")
                            .setPort(1));
            assertThat(party.refusal(options, party.http())).isNotNull();
        }
    }
}
