package io.exchange.grpc;

import io.vertx.core.Future;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the listening side listens: on loopback without TLS, unless told otherwise. Read when the transport is made; changes
 * after that have no effect.
 */
public final class GrpcServerOptions {

    private static final int MAX_PORT = 65_535;
    private static final int MAX_HEADER_BYTES = 16 << 10;

    private String host = "127.0.0.1";
    private int port;
    private int maxMessageBytes = Limits.DEFAULT_MAX_MESSAGE_BYTES;
    private int maxChannels = 100_000;
    private int eventLoops = Runtime.getRuntime().availableProcessors();
    private Duration idleTimeout = Duration.ofSeconds(60);
    private Supplier<Future<Boolean>> healthCheck = () -> Future.succeededFuture(true);
    private ClientAuth clientAuth = ClientAuth.NONE;
    private @Nullable KeyCertOptions keyCertOptions;
    private @Nullable TrustOptions trustOptions;

    /** Options with the defaults. */
    public GrpcServerOptions() {}

    /**
     * A copy.
     *
     * @param other what to copy
     */
    public GrpcServerOptions(GrpcServerOptions other) {
        host = other.host;
        port = other.port;
        maxMessageBytes = other.maxMessageBytes;
        maxChannels = other.maxChannels;
        eventLoops = other.eventLoops;
        idleTimeout = other.idleTimeout;
        healthCheck = other.healthCheck;
        clientAuth = other.clientAuth;
        keyCertOptions = other.keyCertOptions == null ? null : other.keyCertOptions.copy();
        trustOptions = other.trustOptions == null ? null : other.trustOptions.copy();
    }

    /**
     * Where to listen.
     *
     * @return a name or an address, 127.0.0.1 by default
     */
    public String getHost() {
        return host;
    }

    /**
     * Sets where to listen.
     *
     * @param newHost a name or an address; 0.0.0.0 for all
     * @return this
     */
    public GrpcServerOptions setHost(String newHost) {
        host = Objects.requireNonNull(newHost, "host");
        return this;
    }

    /**
     * The port to listen on.
     *
     * @return the port; 0, which is the default, for any that is free
     */
    public int getPort() {
        return port;
    }

    /**
     * Sets the port to listen on.
     *
     * @param newPort the port; 0 for any that is free, which {@link GrpcServerTransport#actualPort()} then tells
     * @return this
     * @throws IllegalArgumentException if there is no such port
     */
    public GrpcServerOptions setPort(int newPort) {
        if (newPort < 0 || newPort > MAX_PORT) {
            throw new IllegalArgumentException("a port is from 0 to " + MAX_PORT + ", not " + newPort);
        }
        port = newPort;
        return this;
    }

    /**
     * The longest gRPC message that is sent or accepted.
     *
     * @return the length in bytes, 17 MiB by default
     */
    public int getMaxMessageBytes() {
        return maxMessageBytes;
    }

    /**
     * Sets the longest gRPC message that is sent or accepted. Payloads of more than 64 KiB travel in fragments, so it need not
     * hold the largest of them, but the payload of a hello. Both ends should have the same.
     *
     * @param bytes the length in bytes
     * @return this
     * @throws IllegalArgumentException if it is below 128 KiB or above 1 GiB
     */
    public GrpcServerOptions setMaxMessageBytes(int bytes) {
        maxMessageBytes = Limits.requireMessageBytes(bytes);
        return this;
    }

    /**
     * How many calls may be open at a time, of all kinds, on all connections together.
     *
     * @return the number, 100 000 by default
     */
    public int getMaxChannels() {
        return maxChannels;
    }

    /**
     * Sets how many calls may be open at a time. Whoever comes beyond that is refused with the gRPC status
     * RESOURCE_EXHAUSTED, for which a connector tries again later.
     *
     * @param channels the number
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public GrpcServerOptions setMaxChannels(int channels) {
        maxChannels = Limits.requirePositive("the number of channels", channels);
        return this;
    }

    /**
     * How many event loops share the connections.
     *
     * @return the number, that of the processors by default
     */
    public int getEventLoops() {
        return eventLoops;
    }

    /**
     * Sets how many event loops share the connections, each of which stays on its own.
     *
     * @param loops the number
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public GrpcServerOptions setEventLoops(int loops) {
        eventLoops = Limits.requirePositive("the number of event loops", loops);
        return this;
    }

    /**
     * How long a connection may be silent.
     *
     * @return the time after which one is cut on which nothing came or went, 60 s by default
     */
    public Duration getIdleTimeout() {
        return idleTimeout;
    }

    /**
     * Sets how long a connection may be silent, which bounds what silent strangers hold. It must be well above the interval
     * of heartbeats, which keep a channel from being silent: a controller whose heartbeats come no more often does not listen.
     *
     * @param timeout the time after which a connection is cut on which nothing came or went
     * @return this
     * @throws IllegalArgumentException if it is less than a millisecond
     */
    public GrpcServerOptions setIdleTimeout(Duration timeout) {
        idleTimeout = Limits.requireMillis("idle timeout", timeout);
        return this;
    }

    /**
     * What answers the gRPC health service.
     *
     * @return the check, which says true by default
     */
    public Supplier<Future<Boolean>> getHealthCheck() {
        return healthCheck;
    }

    /**
     * Sets what answers the gRPC health service, for the server as a whole and for the exchange's own service alike.
     *
     * @param check called on an event loop for each question; true is SERVING, false and a failure are NOT_SERVING
     * @return this
     */
    public GrpcServerOptions setHealthCheck(Supplier<Future<Boolean>> check) {
        healthCheck = Objects.requireNonNull(check, "check");
        return this;
    }

    /**
     * Whether clients show a certificate.
     *
     * @return whether, NONE by default
     */
    public ClientAuth getClientAuth() {
        return clientAuth;
    }

    /**
     * Sets whether clients show a certificate: mutual TLS. Needs {@link #setTrustOptions}, without which no server starts.
     *
     * @param auth REQUIRED to refuse those without, REQUEST to leave it to the authenticator
     * @return this
     */
    public GrpcServerOptions setClientAuth(ClientAuth auth) {
        clientAuth = Objects.requireNonNull(auth, "auth");
        return this;
    }

    /**
     * The certificate of the server.
     *
     * @return key and certificate, null for a server without TLS
     */
    public @Nullable KeyCertOptions getKeyCertOptions() {
        return keyCertOptions;
    }

    /**
     * Sets the certificate of the server, and with it that TLS is spoken.
     *
     * @param options a {@link io.vertx.core.net.PemKeyCertOptions}, {@link io.vertx.core.net.PfxOptions} or
     *     {@link io.vertx.core.net.JksOptions}; null for a server without TLS
     * @return this
     */
    public GrpcServerOptions setKeyCertOptions(@Nullable KeyCertOptions options) {
        keyCertOptions = options;
        return this;
    }

    /**
     * The authorities whose client certificates are trusted.
     *
     * @return the authorities, null where no client certificates are asked for
     */
    public @Nullable TrustOptions getTrustOptions() {
        return trustOptions;
    }

    /**
     * Sets the authorities whose client certificates are trusted.
     *
     * @param options a {@link io.vertx.core.net.PemTrustOptions}, {@link io.vertx.core.net.PfxOptions} or
     *     {@link io.vertx.core.net.JksOptions}
     * @return this
     */
    public GrpcServerOptions setTrustOptions(@Nullable TrustOptions options) {
        trustOptions = options;
        return this;
    }

    /** What asks for certificates of others without TLS would be passed over in silence. */
    void requireConsistent() {
        if (keyCertOptions == null && (clientAuth != ClientAuth.NONE || trustOptions != null)) {
            throw new IllegalArgumentException(
                    "client certificates are asked for or trusted, but there is no TLS: set the server's own by setKeyCertOptions");
        }
        if (clientAuth != ClientAuth.NONE && trustOptions == null) { // else all that public authorities have signed
            throw new IllegalArgumentException(
                    "client certificates are asked for, but not said whose: set their authorities by setTrustOptions");
        }
    }

    HttpServerOptions toHttp() {
        HttpServerOptions http = new HttpServerOptions()
                .setHost(host)
                .setHttp2ConnectionWindowSize(Limits.CONNECTION_WINDOW)
                .setInitialSettings(new Http2Settings()
                        .setInitialWindowSize(Limits.STREAM_WINDOW)
                        .setMaxFrameSize(Limits.HTTP_FRAME)
                        .setMaxConcurrentStreams(maxChannels)
                        .setMaxHeaderListSize(MAX_HEADER_BYTES)
                        .setHeaderTableSize(0)) // one call a connection has nothing to be compressed against
                .setIdleTimeout((int) Math.min(idleTimeout.toMillis(), Integer.MAX_VALUE))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpNoDelay(true);
        if (keyCertOptions != null) {
            http.setSsl(true)
                    .setUseAlpn(true)
                    .setAlpnVersions(List.of(HttpVersion.HTTP_2))
                    .setKeyCertOptions(keyCertOptions)
                    .setClientAuth(clientAuth);
        }
        if (keyCertOptions != null && trustOptions != null) {
            http.setTrustOptions(trustOptions);
        }
        return http;
    }
}
