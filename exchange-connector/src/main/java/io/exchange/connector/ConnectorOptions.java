package io.exchange.connector;

import io.exchange.api.ExchangeObserver;
import io.exchange.api.Limits;
import io.exchange.api.ReplyMemory;
import io.exchange.api.Roles;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What a connector is made with. Only the target id and an endpoint have no default that works.
 *
 * <p>A setter throws an {@link IllegalArgumentException} for a time or a number that is out of its range.
 */
public final class ConnectorOptions {

    private String targetId = "";
    private String connectorId = UUID.randomUUID().toString();
    private List<String> endpoints = new ArrayList<>();
    private Map<String, String> labels = Map.of();
    private Map<String, String> metadata = Map.of();
    private Supplier<Future<Map<String, String>>> metadataSupplier = () -> Future.succeededFuture(Map.of());
    private Set<String> roles = Set.of(Roles.PRIMARY);
    private Buffer helloPayload = Buffer.buffer(0);
    private int maxConcurrent;
    private ReplyMemory replyMemory = ReplyMemory.DEFAULT;
    private boolean releaseOnClose;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration handshakeTimeout = Duration.ofSeconds(5);
    private Duration backoffFirst = Duration.ofMillis(200);
    private Duration backoffMost = Duration.ofSeconds(30);
    private Duration stopTimeout = Duration.ofSeconds(10);
    private ExchangeObserver observer = ExchangeObserver.NONE;

    /** Options with the defaults. */
    public ConnectorOptions() {}

    /**
     * A copy.
     *
     * @param other what to copy
     */
    public ConnectorOptions(ConnectorOptions other) {
        targetId = other.targetId;
        connectorId = other.connectorId;
        endpoints = new ArrayList<>(other.endpoints);
        labels = other.labels;
        metadata = other.metadata;
        metadataSupplier = other.metadataSupplier;
        roles = other.roles;
        helloPayload = other.helloPayload;
        maxConcurrent = other.maxConcurrent;
        replyMemory = other.replyMemory;
        releaseOnClose = other.releaseOnClose;
        connectTimeout = other.connectTimeout;
        handshakeTimeout = other.handshakeTimeout;
        backoffFirst = other.backoffFirst;
        backoffMost = other.backoffMost;
        stopTimeout = other.stopTimeout;
        observer = other.observer;
    }

    /**
     * The target that the connector speaks for.
     *
     * @return the target id
     */
    public String getTargetId() {
        return targetId;
    }

    /**
     * The target that the connector speaks for.
     *
     * @param targetId the target id
     * @return this
     */
    public ConnectorOptions setTargetId(String targetId) {
        this.targetId = Limits.requireName("target id", targetId);
        return this;
    }

    /**
     * The connector's own id, stable over its process lives; random unless set.
     *
     * @return the connector id
     */
    public String getConnectorId() {
        return connectorId;
    }

    /**
     * The connector's own id, stable over its process lives; random unless set.
     *
     * @param connectorId the connector id
     * @return this
     */
    public ConnectorOptions setConnectorId(String connectorId) {
        this.connectorId = Limits.requireName("connector id", connectorId);
        return this;
    }

    /**
     * Where controllers are, in the words of the transport; tried one after the other from a random one.
     *
     * @return the endpoints
     */
    public List<String> getEndpoints() {
        return List.copyOf(endpoints);
    }

    /**
     * Where controllers are, in the words of the transport; tried one after the other from a random one.
     *
     * @param endpoints the endpoints
     * @return this
     */
    public ConnectorOptions setEndpoints(List<String> endpoints) {
        this.endpoints = new ArrayList<>(endpoints);
        return this;
    }

    /**
     * What the connector says of itself, seen in listeners and queries.
     *
     * @return the labels
     */
    public Map<String, String> getLabels() {
        return labels;
    }

    /**
     * What the connector says of itself, seen in listeners and queries. A controller takes 64 labels at the most, with values
     * of 4 096 characters at the most, and refuses for good who has more.
     *
     * @param labels the labels
     * @return this
     */
    public ConnectorOptions setLabels(Map<String, String> labels) {
        this.labels = Map.copyOf(labels);
        return this;
    }

    /**
     * Credentials for the controller's authenticator; keys in lower case. Never logged.
     *
     * @return the metadata
     */
    public Map<String, String> getMetadata() {
        return metadata;
    }

    /**
     * Credentials for the controller's authenticator; keys in lower case. Never logged.
     *
     * @param metadata the metadata
     * @return this
     */
    public ConnectorOptions setMetadata(Map<String, String> metadata) {
        this.metadata = Map.copyOf(metadata);
        return this;
    }

    /**
     * Gives what is added to the metadata of each attempt to connect.
     *
     * @return the supplier; the default one gives nothing
     */
    public Supplier<Future<Map<String, String>>> getMetadataSupplier() {
        return metadataSupplier;
    }

    /**
     * Gives what is added to the metadata of each attempt to connect, and takes the place of what has the same key there: a
     * token that expires, for one.
     *
     * @param metadataSupplier asked before each attempt, on the connector's loop; if it fails, or takes longer than the
     *     connect timeout, the connector backs off and asks again
     * @return this
     */
    public ConnectorOptions setMetadataSupplier(Supplier<Future<Map<String, String>>> metadataSupplier) {
        this.metadataSupplier = Objects.requireNonNull(
                metadataSupplier, "metadata supplier: one that gives a future of an empty map adds nothing");
        return this;
    }

    /**
     * The roles that it can take; the default is the primary role.
     *
     * @return the roles
     */
    public Set<String> getRoles() {
        return roles;
    }

    /**
     * The roles that it can take, 64 at the most; the default is the primary role.
     *
     * @param roles the roles
     * @return this
     */
    public ConnectorOptions setRoles(Set<String> roles) {
        this.roles = Set.copyOf(roles);
        return this;
    }

    /**
     * Whatever the application wants to say when it attaches.
     *
     * @return the payload
     */
    public Buffer getHelloPayload() {
        return helloPayload;
    }

    /**
     * Whatever the application wants to say when it attaches.
     *
     * @param helloPayload the payload
     * @return this
     */
    public ConnectorOptions setHelloPayload(Buffer helloPayload) {
        this.helloPayload = helloPayload.copy();
        return this;
    }

    /**
     * How many handlers may run at a time: 1 for strictly one after the other, 0, the default, for any number.
     *
     * @return the number
     */
    public int getMaxConcurrent() {
        return maxConcurrent;
    }

    /**
     * How many handlers may run at a time: 1 for strictly one after the other, 0, the default, for any number.
     *
     * @param maxConcurrent the number
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public ConnectorOptions setMaxConcurrent(int maxConcurrent) {
        if (maxConcurrent < 0) {
            throw new IllegalArgumentException(
                    "max concurrent is 1 or more, or 0 for any number of handlers, not " + maxConcurrent);
        }
        this.maxConcurrent = maxConcurrent;
        return this;
    }

    /**
     * How much is remembered of how the commands of controllers ended, to answer what is sent again after a channel was lost; default
     * 4 096 replies, 4 MiB, 5 minutes.
     *
     * @return the bounds
     */
    public ReplyMemory getReplyMemory() {
        return replyMemory;
    }

    /**
     * How much is remembered of how the commands of controllers ended, to answer what is sent again after a channel was lost. What it no
     * longer covers ends unknown and is not run.
     *
     * @param replyMemory the bounds
     * @return this
     */
    public ConnectorOptions setReplyMemory(ReplyMemory replyMemory) {
        this.replyMemory = Objects.requireNonNull(replyMemory, "replyMemory");
        return this;
    }

    /**
     * Whether the connector steps down as soon as its channel is lost, for direct connections, where the controller sees the same; default false, it holds until its lease ends.
     *
     * @return whether it does
     */
    public boolean isReleaseOnClose() {
        return releaseOnClose;
    }

    /**
     * Whether the connector steps down as soon as its channel is lost, for direct connections, where the controller sees the same; default false, it holds until its lease ends.
     *
     * @param releaseOnClose whether it does
     * @return this
     */
    public ConnectorOptions setReleaseOnClose(boolean releaseOnClose) {
        this.releaseOnClose = releaseOnClose;
        return this;
    }

    /**
     * How long an attempt to connect may take, over any transport; default 5 s. The transport may have a limit of its own.
     *
     * @return the time
     */
    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    /**
     * How long an attempt to connect may take, over any transport; default 5 s. The transport may have a limit of its own.
     *
     * @param connectTimeout the time
     * @return this
     */
    public ConnectorOptions setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = positive("connect timeout", connectTimeout);
        return this;
    }

    /**
     * How long the answer to hello may take; default 5 s.
     *
     * @return the time
     */
    public Duration getHandshakeTimeout() {
        return handshakeTimeout;
    }

    /**
     * How long the answer to hello may take; default 5 s.
     *
     * @param handshakeTimeout the time
     * @return this
     */
    public ConnectorOptions setHandshakeTimeout(Duration handshakeTimeout) {
        this.handshakeTimeout = positive("handshake timeout", handshakeTimeout);
        return this;
    }

    /**
     * The most that the first back-off can be; doubled with each failure; default 200 ms.
     *
     * @return the time
     */
    public Duration getBackoffFirst() {
        return backoffFirst;
    }

    /**
     * The most that the first back-off can be; doubled with each failure; default 200 ms.
     *
     * @param backoffFirst the time
     * @return this
     */
    public ConnectorOptions setBackoffFirst(Duration backoffFirst) {
        this.backoffFirst = positive("first back-off", backoffFirst);
        return this;
    }

    /**
     * The most that any back-off can be; default 30 s.
     *
     * @return the time
     */
    public Duration getBackoffMost() {
        return backoffMost;
    }

    /**
     * The most that any back-off can be; default 30 s.
     *
     * @param backoffMost the time
     * @return this
     */
    public ConnectorOptions setBackoffMost(Duration backoffMost) {
        this.backoffMost = positive("greatest back-off", backoffMost);
        return this;
    }

    /**
     * How long {@link ExchangeConnector#stop()} lets what is in flight go on; default 10 s.
     *
     * @return the time
     */
    public Duration getStopTimeout() {
        return stopTimeout;
    }

    /**
     * How long {@link ExchangeConnector#stop()} lets what is in flight go on; default 10 s.
     *
     * @param stopTimeout the time
     * @return this
     */
    public ConnectorOptions setStopTimeout(Duration stopTimeout) {
        this.stopTimeout = positive("stop timeout", stopTimeout);
        return this;
    }

    /**
     * Told of everything countable; default one that does nothing.
     *
     * @return the observer
     */
    public ExchangeObserver getObserver() {
        return observer;
    }

    /**
     * Told of everything countable; default one that does nothing.
     *
     * @param observer the observer
     * @return this
     */
    public ConnectorOptions setObserver(ExchangeObserver observer) {
        this.observer =
                Objects.requireNonNull(observer, "observer: ExchangeObserver.NONE is the one that does nothing");
        return this;
    }

    /**
     * Adds a place where a controller is.
     *
     * @param endpoint the endpoint, in the words of the transport
     * @return this
     */
    public ConnectorOptions addEndpoint(String endpoint) {
        endpoints.add(Limits.requireName("endpoint", endpoint));
        return this;
    }

    /**
     * Sets the metadata {@code authorization: Bearer <token>}, beside whatever else is in it.
     *
     * @param token the token
     * @return this
     */
    public ConnectorOptions setToken(String token) {
        Map<String, String> withToken = new HashMap<>(metadata);
        withToken.put("authorization", "Bearer " + token);
        return setMetadata(withToken);
    }

    private static Duration positive(String what, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(what + " must be positive, not " + duration);
        }
        return duration;
    }
}
