package io.exchange.grpc;

import static io.exchange.transport.End.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.protocol.Frame;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.End;
import io.exchange.transport.Frames;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server that takes every connection, and clients for it: what the tests of this transport have in common. */
final class Party implements AutoCloseable {

    final Vertx vertx = Vertx.vertx();
    private final GrpcServerTransport server;
    private final BlockingQueue<End> accepted = new LinkedBlockingQueue<>();

    Party(GrpcServerOptions options) {
        server = GrpcTransport.server(options);
        await(server.listen(vertx, connection -> {
            End end = new End(connection);
            end.start();
            accepted.add(end);
        }));
    }

    GrpcServerTransport server() {
        return server;
    }

    int port() {
        return server.actualPort();
    }

    String http() {
        return "http://127.0.0.1:" + port();
    }

    String https() {
        return "https://localhost:" + port();
    }

    ClientTransport client(GrpcClientOptions options) {
        return GrpcTransport.client(vertx, options);
    }

    Context context() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    /** Opens a connection and starts it. */
    End connect(GrpcClientOptions options, String endpoint) {
        return await(dial(options, endpoint));
    }

    Future<End> dial(GrpcClientOptions options, String endpoint) {
        return client(options).connect(context(), endpoint, Map.of()).map(connection -> {
            End end = new End(connection);
            end.start();
            return end;
        });
    }

    /** Why no connection could be opened. */
    Throwable refusal(GrpcClientOptions options, String endpoint) {
        return await(dial(options, endpoint).map(opened -> (Throwable) null).otherwise(thrown -> thrown));
    }

    End nextAccepted() {
        try {
            End end = accepted.poll(20, TimeUnit.SECONDS);
            assertThat(end).as("a connection at the server").isNotNull();
            return end;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The controller's end of a connection that was spoken on; null if it has ended instead. */
    End acceptedUnlessEnded(End connector) {
        try {
            while (true) {
                End end = accepted.poll(10, TimeUnit.MILLISECONDS);
                if (end != null || connector.hasClosed()) {
                    return end;
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** That frames go both ways; gives the controller's end. */
    End assertConnected(End connector) {
        connector.send(Frames.numbered(1));
        End controller = nextAccepted();
        Frame arrived = controller.next();
        assertThat(arrived).isEqualTo(Frames.numbered(1));
        controller.send(Frames.numbered(2));
        assertThat(connector.next()).isEqualTo(Frames.numbered(2));
        return controller;
    }

    @Override
    public void close() {
        await(server.close());
        await(vertx.close());
    }
}
