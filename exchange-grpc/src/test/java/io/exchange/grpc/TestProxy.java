package io.exchange.grpc;

import static io.exchange.transport.End.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy of the tests: it asks where to by HTTP or SOCKS5, or knows, and then carries bytes until it is cut. */
final class TestProxy {

    /** How the proxy is told where to. */
    enum Manner {
        KNOWN_PORT,
        HTTP_CONNECT,
        SOCKS5
    }

    private static final byte SOCKS_VERSION = 5;

    private final Manner manner;
    private final int knownPort;
    private final NetClient client;
    private final NetServer server;
    private final List<NetSocket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    TestProxy(Vertx vertx, Manner manner, int knownPort) {
        this.manner = manner;
        this.knownPort = knownPort;
        this.client = vertx.createNetClient();
        this.server = vertx.createNetServer().connectHandler(this::connected);
        await(server.listen(0, "127.0.0.1"));
    }

    int port() {
        return server.actualPort();
    }

    /** What it was asked for. */
    List<String> asked() {
        return asked;
    }

    /** Cuts every connection off, without a word of HTTP/2. */
    void cut() {
        sockets.forEach(NetSocket::close);
    }

    /** Carries nothing any more, and says nothing. */
    void freeze() {
        sockets.forEach(NetSocket::pause);
    }

    private void connected(NetSocket near) {
        sockets.add(near);
        if (manner == Manner.KNOWN_PORT) {
            carry(near, knownPort, null);
        } else if (manner == Manner.HTTP_CONNECT) {
            near.handler(request -> connect(near, request.toString(StandardCharsets.US_ASCII)));
        } else {
            near.handler(greeting -> {
                near.handler(request -> socks(near, request));
                near.write(Buffer.buffer(new byte[] {SOCKS_VERSION, 0}));
            });
        }
    }

    private void connect(NetSocket near, String request) {
        String line = request.substring(0, request.indexOf('\r'));
        asked.add(line);
        String authority = line.split(" ")[1];
        int port = Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
        carry(near, port, Buffer.buffer("HTTP/1.1 200 OK\r\n\r\n"));
    }

    private void socks(NetSocket near, Buffer request) {
        int port = request.getUnsignedShort(request.length() - 2);
        asked.add("SOCKS5 " + request.getByte(1) + " " + port);
        carry(near, port, Buffer.buffer(new byte[] {SOCKS_VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0}));
    }

    private void carry(NetSocket near, int port, Buffer answer) {
        near.pause();
        client.connect(port, "127.0.0.1")
                .onComplete(
                        far -> {
                            sockets.add(far);
                            if (answer != null) {
                                near.write(answer);
                            }
                            near.handler(far::write);
                            far.handler(near::write);
                            near.closeHandler(closed -> far.close());
                            far.closeHandler(closed -> near.close());
                            near.resume();
                        },
                        refused -> near.close());
    }
}
