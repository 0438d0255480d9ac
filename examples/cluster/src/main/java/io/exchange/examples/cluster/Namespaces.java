package io.exchange.examples.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A network namespace for each node. Every node has two interfaces: one on a bridge that only nodes are on, one on a bridge
 * where this process, with its connectors, is as well. To part nodes from the others is to move the first to another bridge.
 * Takes root and {@code ip} of iproute2.
 */
final class Namespaces implements Network {

    private static final int MOST = 250;

    private final int number;
    private final Map<String, Integer> nodes = new LinkedHashMap<>();

    private Namespaces(int number) {
        this.number = number;
    }

    /** Namespaces for a cluster; empty, with nothing left behind, if they are not to be had. */
    static Optional<Namespaces> open() {
        int number = 1 + (int) (ProcessHandle.current().pid() % MOST);
        Namespaces namespaces = new Namespaces(number);
        try {
            namespaces.bridge("a");
            namespaces.bridge("b");
            namespaces.bridge("c");
            ip("addr", "add", namespaces.address("c", MOST + 1) + "/24", "dev", namespaces.bridgeName("c"));
            namespaces.place("probe");
            return Optional.of(namespaces);
        } catch (IOException e) {
            namespaces.close();
            return Optional.empty();
        }
    }

    private void bridge(String name) throws IOException {
        tryIp("link", "del", bridgeName(name));
        ip("link", "add", bridgeName(name), "type", "bridge");
        ip("link", "set", bridgeName(name), "up");
    }

    @Override
    public Place place(String node) throws IOException {
        if (!nodes.containsKey(node)) {
            nodes.put(node, nodes.size() + 1);
            tryIp("netns", "del", space(node));
            ip("netns", "add", space(node));
            ip("-n", space(node), "link", "set", "lo", "up");
            connect(node, "a");
            connect(node, "c");
        }
        return new Place(
                address("a", host(node)), address("c", host(node)), List.of("ip", "netns", "exec", space(node)));
    }

    private int host(String node) {
        return Objects.requireNonNull(nodes.get(node), node);
    }

    private void connect(String node, String bridge) throws IOException {
        String inside = "eth-" + bridge;
        tryIp("link", "del", link(node, bridge));
        ip("link", "add", link(node, bridge), "type", "veth", "peer", "name", inside, "netns", space(node));
        ip("link", "set", link(node, bridge), "master", bridgeName(bridge), "up");
        ip("-n", space(node), "addr", "add", address(bridge, host(node)) + "/24", "dev", inside);
        ip("-n", space(node), "link", "set", inside, "up");
    }

    @Override
    public void part(Set<String> parted) throws IOException {
        for (String node : parted) {
            ip("link", "set", link(node, "a"), "master", bridgeName("b"));
        }
    }

    @Override
    public void heal() throws IOException {
        for (String node : nodes.keySet()) {
            ip("link", "set", link(node, "a"), "master", bridgeName("a"));
        }
    }

    /** Takes the links with the namespaces; processes in them must have ended. */
    @Override
    public void close() {
        for (String node : nodes.keySet()) {
            tryIp("link", "del", link(node, "a"));
            tryIp("link", "del", link(node, "c"));
            tryIp("netns", "del", space(node));
        }
        List.of("a", "b", "c").forEach(bridge -> tryIp("link", "del", bridgeName(bridge)));
    }

    private String address(String bridge, int host) {
        return "10." + (bridge.equals("c") ? 214 : 213) + "." + number + "." + host;
    }

    private String bridgeName(String bridge) {
        return "exch" + number + bridge;
    }

    private String space(String node) {
        return "exchange-" + number + "-" + node;
    }

    /** The outer end of a link; names of interfaces have 15 characters at the most. */
    private String link(String node, String bridge) {
        return "exch" + number + bridge + host(node);
    }

    private static void tryIp(String... args) {
        try {
            ip(args);
        } catch (IOException e) {
            // it was not there
        }
    }

    private static void ip(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(args));
        Shell.run(command);
    }
}
