package io.exchange.examples.cluster;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A cluster of processes, and what can happen to it. Used from one thread. Closing it ends all that it started. */
final class Cluster implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final long ATTACH_SECONDS = 30;
    private static final int ATTACHED_AT_ONCE = 200;

    /**
     * What a cluster is made with.
     *
     * @param names the nodes that it may have, from the one to be started first
     * @param quorum how many of them must see each other
     * @param times its times
     * @param logs the directory for the logs of the nodes
     */
    record Plan(List<String> names, int quorum, NodeSettings.Times times, Path logs) {

        Plan {
            names = List.copyOf(names);
        }

        static Plan of(String... names) throws IOException {
            return new Plan(List.of(names), 1, NodeSettings.Times.SHORT, Files.createTempDirectory("exchange-cluster"));
        }

        Plan withQuorum(int nodes) {
            return new Plan(names, nodes, times, logs);
        }

        Plan withTimes(NodeSettings.Times other) {
            return new Plan(names, quorum, other, logs);
        }

        Plan withLogs(Path directory) throws IOException {
            return new Plan(names, quorum, times, Files.createDirectories(directory));
        }
    }

    private record Address(Network.Place place, int memberPort, int connectorPort) {}

    private final Plan plan;
    private final Network network;
    private final History history = new History();
    private final Gateways gateways = new Gateways(history);
    private final Map<String, Address> addresses = new LinkedHashMap<>();
    private final Map<String, Integer> lives = new TreeMap<>();
    private final Map<String, NodeHandle> nodes = new LinkedHashMap<>();
    private final String name = "cluster-" + ProcessHandle.current().pid() + "-" + System.nanoTime();

    private Cluster(Plan plan, Network network) throws IOException {
        this.plan = plan;
        this.network = network;
        Ports ports = new Ports();
        for (String node : plan.names()) {
            addresses.put(node, new Address(network.place(node), ports.free(), ports.free()));
        }
    }

    /** A cluster on loopback without any node yet. */
    static Cluster of(Plan plan) throws IOException {
        return of(plan, Network.loopback());
    }

    /** A cluster on a network, which is closed with it, without any node yet. */
    static Cluster of(Plan plan, Network network) throws IOException {
        return new Cluster(plan, network);
    }

    /** Starts all nodes: the first, and then the others at once. */
    void startAll() throws IOException, InterruptedException {
        startNode(plan.names().get(0));
        List<String> others = plan.names().subList(1, plan.names().size());
        for (String node : others) {
            launch(node);
        }
        for (String node : others) {
            node(node).await(Report.Ready.class, START);
        }
    }

    /** Starts a node, again if it has been there before; returns when connectors can come. */
    void startNode(String node) throws IOException, InterruptedException {
        launch(node).await(Report.Ready.class, START);
    }

    private NodeHandle launch(String node) throws IOException {
        Address address = Objects.requireNonNull(addresses.get(node));
        List<String> members = addresses.values().stream()
                .map(other -> other.place().host() + ":" + other.memberPort())
                .toList();
        NodeSettings settings = new NodeSettings(
                node,
                lives.merge(node, 1, Integer::sum),
                name,
                address.place().host(),
                address.memberPort(),
                members,
                address.place().connectorHost(),
                address.connectorPort(),
                plan.times(),
                plan.quorum());
        NodeHandle handle =
                NodeHandle.start(settings, address.place(), plan.logs(), (sender, report) -> history.report(report));
        nodes.put(node, handle);
        return handle;
    }

    /** A node that runs. */
    NodeHandle node(String node) {
        return Objects.requireNonNull(nodes.get(node), node);
    }

    /** The nodes that run, in the order in which they were started. */
    List<String> running() {
        return List.copyOf(nodes.keySet());
    }

    History history() {
        return history;
    }

    Gateways gateways() {
        return gateways;
    }

    /** Kills a node: SIGKILL. */
    void kill(String node) throws InterruptedException {
        NodeHandle handle = node(node);
        nodes.remove(node);
        handle.kill();
        history.gone(handle.nodeId());
    }

    /** Stops a node in order, as an upgrade does: its channels move first. What it sent must have ended. */
    void stopNode(String node) throws InterruptedException {
        NodeHandle handle = node(node);
        handle.order(new Order.Unload());
        handle.order(new Order.Drain(STOP.toMillis() / 2));
        Report.Drained drained = handle.await(Report.Drained.class, STOP);
        if (!drained.error().isEmpty()) {
            throw new IllegalStateException(node + " could not drain: " + drained.error());
        }
        handle.order(new Order.Stop());
        handle.await(Report.Stopped.class, STOP);
        nodes.remove(node);
        handle.awaitEnd(STOP);
        history.gone(handle.nodeId());
    }

    /** Stops the clock of a node, as the pause of a machine does: SIGSTOP. */
    void freeze(String node) throws IOException {
        history.frozen(node(node).nodeId());
        node(node).freeze();
    }

    /** Lets a frozen node go on: SIGCONT. */
    void thaw(String node) throws IOException {
        node(node).thaw();
        history.thawed(node(node).nodeId());
    }

    /** Parts nodes from the others; connectors reach all of them. */
    void partition(String... parted) throws IOException {
        if (plan.quorum() == 1) {
            history.divided();
        }
        network.part(Set.of(parted));
    }

    /** Lets all nodes reach each other again. */
    void heal() throws IOException {
        network.heal();
    }

    /** Attaches two connectors to each of so many targets, {@code target-0} and so on, spread over the nodes. */
    List<String> attachConnectors(int targets) {
        List<String> endpoints = endpoints(plan.names());
        List<String> names = new ArrayList<>();
        List<Future<Void>> attached = new ArrayList<>();
        for (int i = 0; i < targets; i++) {
            String target = "target-" + i;
            names.add(target);
            attached.add(gateways.attach(target, target + "-a", endpoints));
            attached.add(gateways.attach(target, target + "-b", endpoints));
            if (attached.size() >= ATTACHED_AT_ONCE) {
                awaitAll(attached);
                attached.clear();
            }
        }
        awaitAll(attached);
        return names;
    }

    /** Attaches one connector that knows only some nodes. */
    void attachConnector(String target, String connectorId, String... known) {
        awaitAll(List.of(gateways.attach(target, connectorId, endpoints(List.of(known)))));
    }

    /** Ends a connector as the crash of its process would. */
    void crashConnector(String connectorId) {
        gateways.crash(connectorId);
    }

    /** Attaches a connector of {@link #attachConnectors} that crashed, as a new process. */
    void attachAgain(String connectorId) {
        String target = connectorId.substring(0, connectorId.lastIndexOf('-'));
        awaitAll(List.of(gateways.attach(target, connectorId, endpoints(plan.names()))));
    }

    private List<String> endpoints(List<String> known) {
        return known.stream()
                .map(node -> Objects.requireNonNull(addresses.get(node)))
                .map(address -> "http://" + address.place().connectorHost() + ":" + address.connectorPort())
                .toList();
    }

    private static void awaitAll(List<Future<Void>> attached) {
        try {
            Future.all(attached).await(ATTACH_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            long missing =
                    attached.stream().filter(future -> !future.succeeded()).count();
            throw new IllegalStateException(missing + " connectors could not attach", e);
        }
    }

    /** Lets nodes send commands, until {@link #quiet}. */
    void load(Order.Load order, String... senders) {
        for (String node : senders) {
            node(node).order(order);
        }
    }

    /** Hands a batch to a node; returns when it is kept. */
    void submit(Order.RunBatch batch, String node) throws InterruptedException {
        node(node).order(batch);
        Report.BatchIsKept kept = node(node).await(Report.BatchIsKept.class, START);
        if (!kept.error().isEmpty()) {
            throw new IllegalStateException(node + " did not take batch " + batch.id() + ": " + kept.error());
        }
    }

    /** Waits until a node says that a batch has ended. */
    Report.BatchHasEnded awaitBatch(String batchId, String node, Duration patience) throws InterruptedException {
        node(node).order(new Order.AwaitBatch(batchId));
        return node(node).await(Report.BatchHasEnded.class, patience);
    }

    /** Stops all sending and waits until every command has ended. */
    void quiet() throws InterruptedException {
        for (NodeHandle node : nodes.values()) {
            node.order(new Order.Unload());
        }
        for (NodeHandle node : nodes.values()) {
            node.await(Report.Idle.class, STOP);
        }
    }

    /** Waits until a target has one primary; gives its connector id. */
    String awaitPrimary(String target, Duration patience) throws InterruptedException {
        history.await("a primary of " + target, () -> history.primary(target).isPresent(), patience);
        return history.primary(target).orElseThrow();
    }

    /** Waits until all is as it should be when no fault is left: invariant 5. */
    void awaitSettled(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        List<String> wrong = List.of("nobody has looked yet");
        while (!wrong.isEmpty()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("after " + patience.toSeconds() + " s still not settled:\n"
                        + String.join("\n", wrong.subList(0, Math.min(wrong.size(), 20))));
            }
            wrong = Settled.differences(looks(), gateways.all(), history);
        }
    }

    /** What every node sees and has. */
    Map<String, Report.Looked> looks() throws InterruptedException {
        Map<String, Report.Looked> looks = new TreeMap<>();
        for (NodeHandle node : nodes.values()) {
            looks.put(node.nodeId(), node.look(looks.isEmpty() ? LOOK_EVERY : Duration.ZERO));
        }
        return looks;
    }

    /** Waits until a node sees something. */
    void awaitLook(String node, String what, Predicate<Report.Looked> wanted, Duration patience)
            throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        Report.Looked look = node(node).look(Duration.ZERO);
        while (!wanted.test(look)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(node + " never saw " + what + ", but " + look);
            }
            look = node(node).look(LOOK_EVERY);
        }
    }

    /** Which nodes have channels of a target, by connector. */
    Map<String, String> nodesOf(String target) throws InterruptedException {
        Map<String, String> found = new TreeMap<>();
        String any = nodes.keySet().iterator().next();
        for (Report.Seen seen : node(any).look(Duration.ZERO).directory().getOrDefault(target, List.of())) {
            found.put(seen.connector(), seen.node().replaceFirst("\\.\\d+$", ""));
        }
        return found;
    }

    @Override
    public void close() {
        gateways.close();
        for (NodeHandle node : nodes.values()) {
            try {
                node.kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        network.close();
    }
}
