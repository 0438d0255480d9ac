package io.exchange.grpc;

import static io.exchange.transport.End.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.api.CloseReason.Code;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.End;
import io.exchange.transport.Frames;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client learns when the other end is not there, is not what it should be, or goes away. */
@Timeout(60)
class GrpcFailureTest {

    private final Party party = new Party(new GrpcServerOptions());

    @AfterEach
    void close() {
        party.close();
    }

    @Test
    void a_refused_connection_fails_the_connect() {
        assertThat(party.refusal(new GrpcClientOptions(), "http://127.0.0.1:1")).isInstanceOf(ConnectException.class);
    }

    @Test
    void a_host_that_does_not_exist_fails_the_connect() {
        assertThat(party.refusal(new GrpcClientOptions(), "http://host.invalid:1"))
                .isNotNull();
    }

    @Test
    void an_endpoint_that_makes_no_sense_is_invalid_and_the_message_says_why() {
        Map.of(
                        "127.0.0.1:7000", "it is no URI",
                        "gateway", "neither http:// nor https://",
                        "ftp://host:1", "neither http:// nor https://",
                        "http://", "it is no URI",
                        "http:///path", "it names no host",
                        "https://host:0", "there is no port 0",
                        "https://host:70000", "there is no port 70000",
                        "https://host:1/path", "nothing may follow",
                        "https://host:1?a=b", "nothing may follow")
                .forEach((endpoint, why) -> {
                    Throwable failure = party.refusal(new GrpcClientOptions(), endpoint);
                    assertThat(failure).as(endpoint).isInstanceOf(ExchangeException.class);
                    assertThat(((ExchangeException) failure).code()).isEqualTo(ErrorCode.INVALID);
                    assertThat(failure).hasMessageContaining(why).hasMessageContaining(endpoint);
                });
        Throwable secret = party.refusal(new GrpcClientOptions(), "https://user:secret@host:1");
        assertThat(secret).hasMessageContaining("names a user").hasMessageNotContaining("secret");
    }

    @Test
    void metadata_that_cannot_be_sent_is_invalid_and_its_value_is_not_shown() {
        for (Map<String, String> metadata : List.of(
                Map.of("Authorization", "secret"),
                Map.of("authorization", "secret\r\nx: y"),
                Map.of("grpc-timeout", "secret"),
                Map.of(":path", "secret"),
                Map.of("", "secret"))) {
            Throwable failure = await(party.client(new GrpcClientOptions())
                    .connect(party.context(), party.http(), metadata)
                    .map(opened -> (Throwable) null)
                    .otherwise(thrown -> thrown));
            assertThat(failure).isInstanceOf(ExchangeException.class).hasMessageNotContaining("secret");
            assertThatThrownBy(() -> new GrpcClientOptions().setMetadata(metadata))
                    .isInstanceOf(ExchangeException.class)
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void metadata_of_the_options_goes_along_and_that_of_the_call_overrides_it() {
        ClientTransport client = party.client(
                new GrpcClientOptions().setMetadata(Map.of("authorization", "Bearer old", "x-zone", "eu")));
        End connector = await(client.connect(party.context(), party.http(), Map.of("authorization", "Bearer new"))
                .map(GrpcFailureTest::started));
        assertThat(party.assertConnected(connector).connection().peer().metadata())
                .containsOnly(Map.entry("authorization", "Bearer new"), Map.entry("x-zone", "eu"));
    }

    private static End started(io.exchange.transport.Connection connection) {
        End end = new End(connection);
        end.start();
        return end;
    }

    @Test
    void a_peer_that_accepts_and_says_nothing_fails_the_connect_in_time_and_keeps_no_socket() {
        NetServer mute = party.vertx.createNetServer();
        io.vertx.core.Promise<Void> letGo = io.vertx.core.Promise.promise();
        mute.connectHandler(socket -> socket.closeHandler(closed -> letGo.tryComplete()));
        await(mute.listen(0, "127.0.0.1"));
        GrpcClientOptions hasty = new GrpcClientOptions().setConnectTimeout(Duration.ofMillis(300));
        assertThat(party.refusal(hasty, "http://127.0.0.1:" + mute.actualPort()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("within");
        await(letGo.future());
    }

    @Test
    void a_status_ends_the_connection_and_says_what_it_was() {
        assertThat(endedBy(call -> status(call, "16", "who%20are%20you")))
                .isEqualTo(Map.entry(Code.UNAUTHENTICATED, "the call ended with UNAUTHENTICATED: who are you"));
        assertThat(endedBy(call -> status(call, "14", "draining%0Anow")))
                .isEqualTo(Map.entry(Code.CONNECTION_LOST, "the call ended with UNAVAILABLE: draining now"));
        assertThat(endedBy(call -> status(call, "8", "")))
                .isEqualTo(Map.entry(Code.EXHAUSTED, "the call ended with RESOURCE_EXHAUSTED"));
        assertThat(endedBy(call -> status(call, "nonsense", "%zz")))
                .isEqualTo(Map.entry(Code.CONNECTION_LOST, "the call ended with an unknown status: %zz"));
        assertThat(endedBy(call -> call.response().setStatusCode(503).end("busy")))
                .isEqualTo(Map.entry(Code.CONNECTION_LOST, "the call was answered with HTTP status 503"));
        assertThat(endedBy(call ->
                        call.response().putHeader("content-type", "text/html").end("<html>")))
                .isEqualTo(Map.entry(Code.CONNECTION_LOST, "the other end does not speak gRPC"));
        assertThat(endedBy(call -> call.response()
                        .putHeader("content-type", "application/grpc")
                        .putTrailer("grpc-status", "13")
                        .putTrailer("grpc-message", "oops")
                        .end()))
                .isEqualTo(Map.entry(Code.CONNECTION_LOST, "the call ended with INTERNAL: oops"));
        assertThat(endedBy(call -> call.connection().close()).getKey()).isEqualTo(Code.CONNECTION_LOST);
        assertThat(endedBy(call -> call.response().reset(11)).getKey()).isEqualTo(Code.CONNECTION_LOST);
    }

    private static void status(HttpServerRequest call, String status, String message) {
        call.response()
                .putHeader("content-type", "application/grpc")
                .putHeader("grpc-status", status)
                .putHeader("grpc-message", message)
                .end();
    }

    /** How a connection ends whose call is answered in this way. */
    private Map.Entry<Code, String> endedBy(Consumer<HttpServerRequest> answer) {
        HttpServer server = party.vertx.createHttpServer().requestHandler(answer::accept);
        await(server.listen(0, "127.0.0.1"));
        End connector = party.connect(new GrpcClientOptions(), "http://127.0.0.1:" + server.actualPort());
        connector.send(Frames.numbered(1));
        connector.closed();
        connector.assertEnded();
        await(server.close());
        return Map.entry(connector.closed().code(), connector.closed().message());
    }

    @Test
    void a_cut_connection_is_told_to_both_ends() {
        TestProxy proxy = new TestProxy(party.vertx, TestProxy.Manner.KNOWN_PORT, party.port());
        End connector = party.connect(new GrpcClientOptions(), "http://127.0.0.1:" + proxy.port());
        End controller = party.assertConnected(connector);
        proxy.cut();
        assertThat(connector.closed().code()).isEqualTo(Code.CONNECTION_LOST);
        assertThat(controller.closed().code()).isEqualTo(Code.CONNECTION_LOST);
        connector.assertEnded();
        controller.assertEnded();
    }

    @Test
    void a_frozen_peer_does_not_keep_a_closing_transport() {
        TestProxy proxy = new TestProxy(party.vertx, TestProxy.Manner.KNOWN_PORT, party.port());
        ClientTransport client = party.client(new GrpcClientOptions());
        End connector = await(client.connect(party.context(), "http://127.0.0.1:" + proxy.port(), Map.of())
                .map(GrpcFailureTest::started));
        End controller = party.assertConnected(connector);
        proxy.freeze();
        connector.send(Frames.sized(4 << 20));
        controller.send(Frames.sized(4 << 20));
        await(client.close());
        assertThat(connector.closed().code()).isEqualTo(Code.SHUTTING_DOWN);
        await(party.server().close());
        assertThat(controller.closed().code()).isIn(Code.SHUTTING_DOWN, Code.CONNECTION_LOST);
    }

    @Test
    void a_frame_over_the_limit_is_not_sent_and_costs_the_connection() {
        GrpcClientOptions small = new GrpcClientOptions().setMaxMessageBytes(128 << 10);
        End connector = party.connect(small, party.http());
        End controller = party.assertConnected(connector);
        connector.send(Frames.sized((128 << 10) - 100), Frames.sized(129 << 10), Frames.numbered(5));
        assertThat(connector.closed().code()).isEqualTo(Code.INTERNAL);
        assertThat(connector.closed().message()).contains("longer than the 131072 bytes");
        assertThat(Frames.content(controller.next())).isEqualTo(Frames.content(Frames.sized((128 << 10) - 100)));
        controller.assertEnded();
    }

    @Test
    void a_frame_over_the_limit_of_the_receiver_is_malformed_there() {
        GrpcClientOptions small = new GrpcClientOptions().setMaxMessageBytes(128 << 10);
        End connector = party.connect(small, party.http());
        End controller = party.assertConnected(connector);
        controller.send(Frames.sized(200 << 10));
        assertThat(connector.next().toString()).contains("over the limit of 131072");
    }

    @Test
    void a_port_in_use_fails_the_listen() {
        io.vertx.core.Vertx other = io.vertx.core.Vertx.vertx();
        GrpcServerTransport second = GrpcTransport.server(new GrpcServerOptions().setPort(party.port()));
        Throwable failure = await(second.listen(other, connection -> {})
                .map(listening -> (Throwable) null)
                .otherwise(thrown -> thrown));
        assertThat(failure).isInstanceOf(java.net.BindException.class);
        await(second.close());
        await(other.close());
    }

    @Test
    void only_loopback_is_not_beyond_loopback() {
        for (String host : List.of("127.0.0.1", "::1", "127.8.8.8", "localhost")) {
            assertThat(GrpcTransport.server(new GrpcServerOptions().setHost(host))
                            .beyondLoopback())
                    .as(host)
                    .isFalse();
        }
        for (String host : List.of("0.0.0.0", "::", "192.0.2.1", "host.invalid")) {
            assertThat(GrpcTransport.server(new GrpcServerOptions().setHost(host))
                            .beyondLoopback())
                    .as(host)
                    .isTrue();
        }
    }

    @Test
    void a_transport_can_listen_again_after_it_was_closed() {
        int port = party.port();
        await(party.server().close());
        assertThatThrownBy(party.server()::actualPort).isInstanceOf(IllegalStateException.class);
        await(party.server().close());
        assertThat(party.refusal(new GrpcClientOptions(), "http://127.0.0.1:" + port))
                .isNotNull();
    }
}
