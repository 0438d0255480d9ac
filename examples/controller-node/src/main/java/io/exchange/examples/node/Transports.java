package io.exchange.examples.node;

import io.exchange.examples.node.NodeConfig.Connectors;
import io.exchange.examples.node.NodeConfig.Links;
import io.exchange.examples.node.NodeConfig.Tls;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcServerTransport;
import io.exchange.grpc.GrpcTransport;
import io.exchange.transport.NodeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.function.Supplier;

/** The transports of a node, as they are configured. */
final class Transports {

    private Transports() {}

    /** Where connectors attach. */
    static GrpcServerTransport forConnectors(Connectors connectors, Supplier<Future<Boolean>> healthCheck) {
        GrpcServerOptions options = new GrpcServerOptions()
                .setHost(connectors.host())
                .setPort(connectors.port())
                .setMaxChannels(connectors.maxChannels())
                .setHealthCheck(healthCheck);
        return GrpcTransport.server(withTls(options, connectors.tls()));
    }

    /**
     * What nodes reach each other by: where the member of Hazelcast is, unless it is configured otherwise. A node shows the
     * others the certificate that it also serves with.
     */
    static NodeTransport betweenNodes(Vertx vertx, String member, Links links) {
        GrpcServerOptions server = new GrpcServerOptions()
                .setHost(links.host().isEmpty() ? member : links.host())
                .setPort(links.port());
        GrpcClientOptions client = new GrpcClientOptions();
        if (links.tls().isOn()) {
            client.setKeyCertOptions(certificate(links.tls()));
        }
        if (!links.tls().authorities().isEmpty()) {
            client.setTrustOptions(authorities(links.tls()));
        }
        return new NodeTransport(
                GrpcTransport.server(withTls(server, links.tls())), GrpcTransport.client(vertx, client));
    }

    private static GrpcServerOptions withTls(GrpcServerOptions options, Tls tls) {
        if (tls.isOn()) {
            options.setKeyCertOptions(certificate(tls))
                    .setClientAuth(ClientAuth.valueOf(tls.clientCertificate().name()));
        }
        if (!tls.authorities().isEmpty()) {
            options.setTrustOptions(authorities(tls));
        }
        return options;
    }

    private static PemKeyCertOptions certificate(Tls tls) {
        return new PemKeyCertOptions().addCertPath(tls.certificate()).addKeyPath(tls.key());
    }

    private static PemTrustOptions authorities(Tls tls) {
        return new PemTrustOptions().addCertPath(tls.authorities());
    }
}
