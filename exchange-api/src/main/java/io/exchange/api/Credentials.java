package io.exchange.api;

import io.vertx.core.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a controller knows of whoever opened a connection, before it trusts any of it. Its text shows no values of metadata.
 *
 * @param metadata the metadata of the hello, overlaid by that of the connection; keys in lower case
 * @param certificates the certificate chain that TLS has verified, leaf first; empty without mTLS
 * @param remoteAddress where the connection comes from; null for one inside the JVM
 */
public record Credentials(
        Map<String, String> metadata,
        List<X509Certificate> certificates,
        @Nullable SocketAddress remoteAddress) {

    /** Checks and copies. */
    public Credentials {
        metadata = Map.copyOf(metadata);
        certificates = List.copyOf(certificates);
        if (metadata.keySet().stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("a metadata key must not be null");
        }
    }

    @Override
    public String toString() {
        return "Credentials[" + metadata.keySet() + ", " + certificates.size() + " certificates, " + remoteAddress
                + "]";
    }
}
