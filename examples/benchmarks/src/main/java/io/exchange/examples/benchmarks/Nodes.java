package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** The nodes of one cluster, each a process that has joined it. */
final class Nodes {

    private final Contest contest;
    private final long leaseMillis;
    private final List<Integer> memberPorts = new ArrayList<>();

    Nodes(Contest contest, double leaseSeconds) {
        this.contest = contest;
        this.leaseMillis = Math.round(leaseSeconds * 1000);
    }

    long leaseMillis() {
        return leaseMillis;
    }

    /** A node that takes connectors. */
    ChildProcess node() {
        ChildProcess child = contest.start(NodeRole.NAME);
        join(child, true);
        return child;
    }

    /** A node that is there for its records, and keeps a part of all records or none. */
    ChildProcess records(boolean keepsRecords) {
        ChildProcess child = contest.start(RecordsRole.NAME);
        join(child, keepsRecords);
        return child;
    }

    /** Lets a process join; what it says of it. */
    JsonObject join(ChildProcess child, boolean keepsRecords) {
        int port = freePort();
        JsonObject request = new Member.Joining(port, memberPorts, keepsRecords)
                .toJson()
                .put("node", "node-" + memberPorts.size())
                .put("lease_ms", leaseMillis);
        JsonObject answer = child.ask("join", request);
        memberPorts.add(port);
        return answer;
    }

    /** Lets a node listen for connectors; its port. */
    static int listen(ChildProcess node) {
        return node.ask("listen").getInteger("port");
    }

    /** A port that nobody listens on now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
