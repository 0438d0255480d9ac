package io.exchange.connector;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The connectors of a process that speaks for several targets, one for each target id. It neither makes nor starts them; it
 * finds them, and stops them together. Methods may be called from any thread.
 */
public final class ConnectorRegistry {

    private final Map<String, ExchangeConnector> connectors = new LinkedHashMap<>();
    private boolean stopped;

    /** A registry with nothing in it. */
    public ConnectorRegistry() {}

    /**
     * Adds a connector under its target id. One that has stopped gives its place up, as it is never started again.
     *
     * @param connector the connector
     * @return this
     * @throws IllegalStateException if another connector has the place, or if {@link #stopAll} was called
     */
    public synchronized ConnectorRegistry add(ExchangeConnector connector) {
        String targetId = connector.targetId();
        if (stopped) {
            throw new IllegalStateException("the registry has stopped its connectors and takes no more");
        }
        ExchangeConnector present = connectors.get(targetId);
        if (present != null && present != connector && present.status().state() != ConnectorState.STOPPED) {
            throw new IllegalStateException("there is a connector for target " + targetId + " already, "
                    + present.connectorId() + "; stop or remove it first");
        }
        connectors.put(targetId, connector);
        return this;
    }

    /**
     * Finds a connector.
     *
     * @param targetId its target
     * @return the connector, whatever its state
     */
    public synchronized Optional<ExchangeConnector> find(String targetId) {
        return Optional.ofNullable(connectors.get(targetId));
    }

    /**
     * Takes a connector out, without stopping it.
     *
     * @param targetId its target
     * @return the connector, if there was one
     */
    public synchronized Optional<ExchangeConnector> remove(String targetId) {
        return Optional.ofNullable(connectors.remove(targetId));
    }

    /**
     * All of them.
     *
     * @return a snapshot, in the order in which the targets were first added
     */
    public synchronized List<ExchangeConnector> all() {
        return List.copyOf(connectors.values());
    }

    /**
     * Stops all of them at the same time, each as {@link ExchangeConnector#stop()} does, and takes no more.
     *
     * @return completes when the last has stopped
     */
    public Future<Void> stopAll() {
        List<Future<Void>> stopping = new ArrayList<>();
        takeNoMore().forEach(connector -> stopping.add(connector.stop()));
        return Future.join(stopping).mapEmpty();
    }

    private synchronized List<ExchangeConnector> takeNoMore() {
        stopped = true;
        return all();
    }
}
