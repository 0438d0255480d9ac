package io.exchange.grpc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason.Code;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.embedded.Wiring;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcServerTransport;
import io.exchange.grpc.GrpcTransport;
import io.exchange.protocol.Frame;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.End;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fault 11: a socket that never says hello leaves a thread and a registration behind. Seen: 200 sockets, 203 threads. */
class SilentSocketsTest extends ExchangeContract {

    private static final int SOCKETS = 200;

    SilentSocketsTest() {
        super(new ImpatientWiring());
    }

    /** gRPC whose server closes connections on which nothing happens. */
    private static final class ImpatientWiring implements Wiring {

        @Override
        public ServerTransport server() {
            return GrpcTransport.server(new GrpcServerOptions().setIdleTimeout(Duration.ofSeconds(1)));
        }

        @Override
        public ClientTransport client(Vertx vertx, ServerTransport server) {
            return GrpcTransport.client(vertx, new GrpcClientOptions());
        }

        @Override
        public String endpoint(ServerTransport server) {
            return "http://127.0.0.1:" + ((GrpcServerTransport) server).actualPort();
        }
    }

    private ExchangeController impatientController() {
        return controller(
                options -> options.setHandshakeTimeout(Duration.ofMillis(300)).setMaxChannels(SOCKETS + 1));
    }

    @Test
    void sockets_that_say_nothing_are_closed_and_cost_no_thread() throws IOException {
        ExchangeController controller = impatientController();
        attachEcho("eu", "a");
        int threads = Thread.activeCount();
        URI endpoint = URI.create(endpoint());
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < SOCKETS; i++) {
            sockets.add(new Socket(endpoint.getHost(), endpoint.getPort()));
        }
        assertThat(Thread.activeCount()).isLessThan(threads + 20);
        for (Socket socket : sockets) {
            socket.setSoTimeout(20_000);
            socket.getInputStream().readAllBytes(); // until it is closed from there
            socket.close();
        }
        assertThat(answer(controller.send("eu", ECHO.command("x")))).isEqualTo("a says x");
    }

    @Test
    void streams_that_say_something_else_or_half_a_hello_leave_nothing() {
        ExchangeController controller = impatientController();
        attachEcho("eu", "a");
        List<End> ends = new ArrayList<>();
        for (int i = 0; i < SOCKETS; i++) {
            End end = bareConnection();
            end.send(new Frame.Heartbeat(i));
            ends.add(end);
        }
        ends.forEach(End::closed);
        eventually("each has been counted", () -> observed.refused().size() == SOCKETS);
        assertThat(observed.refused()).containsOnly(Code.PROTOCOL_ERROR);
        for (int i = 0; i < 10; i++) {
            attachEcho("us", "b" + i); // there is room
        }
        assertThat(controller.targets()).hasSize(2);
    }
}
