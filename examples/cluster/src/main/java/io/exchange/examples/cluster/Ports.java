package io.exchange.examples.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** Ports for processes that keep theirs when they start again: below those that the system hands out by itself. */
final class Ports {

    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;

    private final Random random = new Random();
    private final Set<Integer> taken = new HashSet<>();

    /** A port that nobody listens on now. */
    int free() {
        while (true) {
            int port = FIRST + random.nextInt(COUNT);
            if (!taken.contains(port) && isFree(port)) {
                taken.add(port);
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
