package io.exchange.grpc;

import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How the connecting side connects. Whether TLS is spoken is a matter of the endpoint, {@code https://} or
 * {@code http://}, not of these options. Read when the transport is made; changes after that have no effect.
 */
public final class GrpcClientOptions {

    private int maxMessageBytes = Limits.DEFAULT_MAX_MESSAGE_BYTES;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Map<String, String> metadata = Map.of();
    private boolean verifyHost = true;
    private @Nullable KeyCertOptions keyCertOptions;
    private @Nullable TrustOptions trustOptions;
    private @Nullable ProxyOptions proxyOptions;

    /** Options with the defaults. */
    public GrpcClientOptions() {}

    /**
     * A copy.
     *
     * @param other what to copy
     */
    public GrpcClientOptions(GrpcClientOptions other) {
        maxMessageBytes = other.maxMessageBytes;
        connectTimeout = other.connectTimeout;
        metadata = other.metadata;
        verifyHost = other.verifyHost;
        keyCertOptions = other.keyCertOptions == null ? null : other.keyCertOptions.copy();
        trustOptions = other.trustOptions == null ? null : other.trustOptions.copy();
        proxyOptions = other.proxyOptions == null ? null : new ProxyOptions(other.proxyOptions);
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
    public GrpcClientOptions setMaxMessageBytes(int bytes) {
        maxMessageBytes = Limits.requireMessageBytes(bytes);
        return this;
    }

    /**
     * How long to wait for a connection.
     *
     * @return the time until TCP, proxy, TLS and HTTP/2 are there, 10 s by default
     */
    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    /**
     * Sets how long to wait for a connection.
     *
     * @param timeout the time until TCP, proxy, TLS and HTTP/2 are there
     * @return this
     * @throws IllegalArgumentException if it is less than a millisecond
     */
    public GrpcClientOptions setConnectTimeout(Duration timeout) {
        connectTimeout = Limits.requireMillis("connect timeout", timeout);
        return this;
    }

    /**
     * What is sent along with every connection.
     *
     * @return the metadata, none by default
     */
    public Map<String, String> getMetadata() {
        return metadata;
    }

    /**
     * Sets what is sent along with every connection, a token for one. What is given to connect overrides it.
     *
     * @param newMetadata keys in lower case, values of printable ASCII
     * @return this
     * @throws io.exchange.api.ExchangeException {@code INVALID} if it cannot be sent; the message shows no value
     */
    public GrpcClientOptions setMetadata(Map<String, String> newMetadata) {
        Map<String, String> copy = new TreeMap<>(newMetadata);
        Attach.checkMetadata(copy);
        metadata = copy;
        return this;
    }

    /**
     * Whether the server's certificate must be for the host of the endpoint.
     *
     * @return true by default
     */
    public boolean isVerifyHost() {
        return verifyHost;
    }

    /**
     * Sets whether the server's certificate must be for the host of the endpoint.
     *
     * @param verify false only where certificates are issued without host names
     * @return this
     */
    public GrpcClientOptions setVerifyHost(boolean verify) {
        verifyHost = verify;
        return this;
    }

    /**
     * The certificate that the client shows.
     *
     * @return key and certificate, null for none
     */
    public @Nullable KeyCertOptions getKeyCertOptions() {
        return keyCertOptions;
    }

    /**
     * Sets the certificate that the client shows, for mutual TLS. {@link GrpcClientTransport#reload} replaces it.
     *
     * @param options a {@link io.vertx.core.net.PemKeyCertOptions}, {@link io.vertx.core.net.PfxOptions} or
     *     {@link io.vertx.core.net.JksOptions}; null for none
     * @return this
     */
    public GrpcClientOptions setKeyCertOptions(@Nullable KeyCertOptions options) {
        keyCertOptions = options;
        return this;
    }

    /**
     * The authorities whose certificates are trusted.
     *
     * @return the authorities, null for those of the Java runtime
     */
    public @Nullable TrustOptions getTrustOptions() {
        return trustOptions;
    }

    /**
     * Sets the authorities whose certificates are trusted, in place of those of the Java runtime.
     * {@link GrpcClientTransport#reload} replaces them.
     *
     * @param options a {@link io.vertx.core.net.PemTrustOptions}, {@link io.vertx.core.net.PfxOptions} or
     *     {@link io.vertx.core.net.JksOptions}; null for those of the Java runtime
     * @return this
     */
    public GrpcClientOptions setTrustOptions(@Nullable TrustOptions options) {
        trustOptions = options;
        return this;
    }

    /**
     * The proxy on the way.
     *
     * @return the proxy, null for none
     */
    public @Nullable ProxyOptions getProxyOptions() {
        return proxyOptions;
    }

    /**
     * Sets the proxy on the way: HTTP, which is asked to {@code CONNECT} whatever the endpoint, SOCKS4 or SOCKS5.
     *
     * @param options the proxy; null for none
     * @return this
     */
    public GrpcClientOptions setProxyOptions(@Nullable ProxyOptions options) {
        proxyOptions = options;
        return this;
    }

    HttpClientOptions toHttp() {
        int timeoutMillis = (int) Math.min(connectTimeout.toMillis(), Integer.MAX_VALUE);
        HttpClientOptions http = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2))
                .setHttp2ConnectionWindowSize(Limits.CONNECTION_WINDOW)
                .setInitialSettings(new Http2Settings()
                        .setInitialWindowSize(Limits.STREAM_WINDOW)
                        .setMaxFrameSize(Limits.HTTP_FRAME)
                        .setPushEnabled(false))
                .setKeepAliveTimeout(0)
                .setHttp2KeepAliveTimeout(0)
                .setConnectTimeout(timeoutMillis)
                .setSslHandshakeTimeout(timeoutMillis)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpNoDelay(true)
                .setVerifyHost(verifyHost);
        if (keyCertOptions != null) {
            http.setKeyCertOptions(keyCertOptions);
        }
        if (trustOptions != null) {
            http.setTrustOptions(trustOptions);
        }
        return http;
    }
}
