package io.exchange.examples.node;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.exchange.api.ReplyMemory;
import io.exchange.protocol.ChannelLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All that can be set of a node. {@code controller-node.yaml} says what each option means, and has the defaults. */
record NodeConfig(
        String nodeId,
        Connectors connectors,
        Map<String, Token> tokens,
        Jwt jwt,
        boolean forward,
        boolean freshStart,
        Channels channels,
        Memory memory,
        Health health,
        Map<String, Integer> roles,
        Cluster cluster,
        Management management,
        Stop stop) {

    private static final Duration LONGEST_HEARTBEAT = Duration.ofSeconds(30);

    NodeConfig {
        require(
                !connectors.anyoneMayAttach || (tokens.isEmpty() && !jwt.isOn()),
                "connectors.anyoneMayAttach lets in nobody whom tokens or jwt do not know: leave out one of them");
    }

    record Connectors(
            String host,
            int port,
            String endpoint,
            int maxChannels,
            int maxHellosPerSecond,
            boolean anyoneMayAttach,
            Tls tls) {

        Connectors {
            requirePort(port, 0);
            require(maxChannels > 0, "maxChannels must be at least 1");
            require(maxHellosPerSecond > 0, "maxHellosPerSecond must be at least 1");
        }
    }

    record Tls(String certificate, String key, String authorities, ClientCertificate clientCertificate) {

        Tls {
            require(certificate.isEmpty() == key.isEmpty(), "certificate and key belong together");
            require(!certificate.isEmpty() || authorities.isEmpty(), "authorities need a certificate");
            require(
                    clientCertificate == ClientCertificate.NONE || !authorities.isEmpty(),
                    "clientCertificate needs authorities");
        }

        boolean isOn() {
            return !certificate.isEmpty();
        }

        /** The first of its files that cannot be read. */
        Optional<String> unreadable() {
            return Stream.of(certificate, key, authorities)
                    .filter(file -> !file.isEmpty() && !Files.isReadable(Path.of(file)))
                    .findFirst();
        }
    }

    enum ClientCertificate {
        NONE,
        REQUEST,
        REQUIRED;

        @JsonCreator
        static ClientCertificate of(String name) {
            return Stream.of(values())
                    .filter(value -> value.shown().equals(name.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "clientCertificate is none, request or required, not " + name));
        }

        @JsonValue
        String shown() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Either the secret or the file that it is in. */
    record Token(
            @Nullable Secret secret,
            @Nullable String secretFile,
            Set<String> targets,
            @Nullable Set<String> roles) {

        Token {
            require((secret == null) != (secretFile == null), "a token has either a secret or a secretFile");
            require(targets != null && !targets.isEmpty(), "a token has targets, [\"*\"] for all");
        }
    }

    /** Without keys there are no such tokens. */
    record Jwt(
            String keySet,
            String publicKey,
            String algorithm,
            String issuer,
            List<String> audience,
            Duration leeway,
            String targetsClaim,
            String rolesClaim) {

        Jwt {
            require(
                    !keySet.isEmpty() || !publicKey.isEmpty() || (issuer.isEmpty() && audience.isEmpty()),
                    "issuer and audience need a keySet or a publicKey");
            require(!leeway.isNegative(), "leeway must not be negative");
            require(!targetsClaim.isEmpty(), "targetsClaim must be named");
        }

        boolean isOn() {
            return !keySet.isEmpty() || !publicKey.isEmpty();
        }
    }

    /** Something that is not shown. */
    record Secret(String value) {

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Secret {
            require(!value.isBlank(), "a secret must not be empty");
        }

        @JsonValue
        @Override
        public String toString() {
            return "***";
        }
    }

    record Channels(
            Duration heartbeat,
            int missedHeartbeats,
            Duration lease,
            Duration grace,
            int maxInFlight,
            int maxQueued,
            int maxPayloadBytes,
            long maxLargeBytes) {

        Channels {
            new ChannelLimits(
                    heartbeat, missedHeartbeats, lease, grace, maxInFlight, maxQueued, maxPayloadBytes, maxLargeBytes);
            require(
                    heartbeat.multipliedBy(2).compareTo(lease) <= 0,
                    "the heartbeat must not be longer than half the lease");
            require(
                    heartbeat.compareTo(LONGEST_HEARTBEAT) <= 0,
                    "the heartbeat must not be longer than 30s, as connections without traffic are closed after a minute");
        }

        ChannelLimits limits() {
            return new ChannelLimits(
                    heartbeat, missedHeartbeats, lease, grace, maxInFlight, maxQueued, maxPayloadBytes, maxLargeBytes);
        }
    }

    record Memory(int replies, long bytes, Duration age) {

        Memory {
            new ReplyMemory(replies, bytes, age);
        }

        ReplyMemory bounds() {
            return new ReplyMemory(replies, bytes, age);
        }
    }

    record Health(Duration interval, Duration timeout, int misses) {

        Health {
            require(!interval.isNegative(), "interval must not be negative");
            require(!timeout.isNegative() && !timeout.isZero(), "timeout must be more than 0s");
            require(misses > 0, "misses must be at least 1");
        }
    }

    record Cluster(
            String name,
            int quorum,
            String host,
            int port,
            int eventBusPort,
            Join join,
            Links links,
            Duration reconcile,
            int movesPerSecond) {

        Cluster {
            require(!reconcile.isNegative() && !reconcile.isZero(), "reconcile must be more than 0s");
            require(movesPerSecond >= 0, "movesPerSecond must not be negative");
            require(quorum > 0, "the quorum must be at least 1");
            requirePort(port, 1);
            requirePort(eventBusPort, 0);
            require(
                    name.isEmpty() || join.ways() == 1,
                    "set one of join.tcp, join.multicast, join.kubernetesDns and join.kubernetesService, not "
                            + join.ways());
        }

        boolean isOn() {
            return !name.isEmpty();
        }
    }

    record Join(List<String> tcp, String multicast, String kubernetesDns, String kubernetesService) {

        Join {
            require(
                    multicast.isEmpty() || multicast.matches("[0-9.]+:[0-9]{1,5}"),
                    "multicast is a group and a port, 224.2.2.3:54327 for one");
        }

        private int ways() {
            return (tcp.isEmpty() ? 0 : 1)
                    + (multicast.isEmpty() ? 0 : 1)
                    + (kubernetesDns.isEmpty() ? 0 : 1)
                    + (kubernetesService.isEmpty() ? 0 : 1);
        }
    }

    record Links(String host, int port, Tls tls) {

        Links {
            requirePort(port, 0);
        }
    }

    record Management(String host, int port) {

        Management {
            requirePort(port, -1);
        }

        boolean isOn() {
            return port >= 0;
        }
    }

    record Stop(Duration drain, Duration timeout) {

        Stop {
            require(!drain.isNegative(), "drain must not be negative");
            require(!timeout.isNegative() && !timeout.isZero(), "timeout must be positive");
        }
    }

    private static void requirePort(int port, int least) {
        require(port >= least && port <= 65_535, "a port is from " + least + " to 65535, not " + port);
    }

    private static void require(boolean holds, String complaint) {
        if (!holds) {
            throw new IllegalArgumentException(complaint);
        }
    }
}
