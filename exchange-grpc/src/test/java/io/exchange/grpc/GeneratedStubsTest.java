package io.exchange.grpc;

import static io.exchange.transport.End.await;
import static io.exchange.transport.Frames.content;
import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.grpc.proto.Command;
import io.exchange.grpc.proto.Envelope;
import io.exchange.grpc.proto.ExchangeGrpcClient;
import io.exchange.grpc.proto.ExchangeGrpcService;
import io.exchange.grpc.proto.Hello;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.transport.End;
import io.exchange.transport.Frames;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.server.GrpcServer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The wire, spoken by nothing but what protobuf and vertx-grpc generate from {@code exchange.proto}. */
@Timeout(60)
class GeneratedStubsTest {

    private final BlockingQueue<Envelope> received = new LinkedBlockingQueue<>();

    @Test
    void a_connector_made_of_generated_stubs_attaches_and_answers() throws InterruptedException {
        try (Party party = new Party(new GrpcServerOptions())) {
            GrpcClient client = GrpcClient.client(party.vertx);
            SocketAddress address = SocketAddress.inetSocketAddress(party.port(), "127.0.0.1");
            GrpcClientRequest<Envelope, Envelope> call = await(client.request(address, ExchangeGrpcClient.Attach));
            call.headers().set("authorization", "Bearer t");
            call.response().onSuccess(response -> response.handler(received::add));
            call.write(envelope(io.exchange.grpc.proto.Frame.newBuilder()
                    .setHello(Hello.newBuilder()
                            .setProtocolVersion(1)
                            .setConnectorId("c")
                            .setTargetId("gateway-eu")
                            .setPayload(com.google.protobuf.ByteString.copyFromUtf8("hi")))));

            End controller = party.nextAccepted();
            Frame.Hello hello = (Frame.Hello) controller.next();
            assertThat(hello.targetId()).isEqualTo("gateway-eu");
            assertThat(hello.payload().bytes().toString()).isEqualTo("hi");
            assertThat(controller.connection().peer().metadata()).containsEntry("authorization", "Bearer t");

            controller.send(new Frame.HelloReply("ch-1", "token", ChannelLimits.DEFAULT, Payload.EMPTY), command());
            Envelope answer = next();
            assertThat(answer.getSentAtNanos()).isNotZero();
            assertThat(answer.getFrames(0).getHelloReply().getLimits().getMaxInFlight())
                    .isEqualTo(1_024);
            Command command = answer.getFrames(1).getCommand();
            assertThat(command.getType()).isEqualTo("deploy.v1");
            assertThat(command.getTimeLeftNanos()).isEqualTo(30_000_000_000L);

            call.write(envelope(io.exchange.grpc.proto.Frame.newBuilder()
                    .setReply(io.exchange.grpc.proto.Reply.newBuilder()
                            .setId(command.getId())
                            .setLeg(command.getLeg())
                            .setSucceeded(command.getPayload()))));
            Frame.Reply reply = (Frame.Reply) controller.next();
            assertThat(content(reply.outcome()))
                    .isEqualTo(content(new Outcome.Succeeded(command().payload())));

            controller.close("done");
            assertThat(await(call.response().compose(response -> response.end()).map("ended")))
                    .isEqualTo("ended");
            controller.assertEnded();
        }
    }

    @Test
    void our_client_attaches_to_a_server_made_of_generated_stubs() throws InterruptedException {
        try (Party party = new Party(new GrpcServerOptions())) {
            GrpcServer grpc = GrpcServer.server(party.vertx);
            grpc.callHandler(ExchangeGrpcService.Attach, call -> {
                call.handler(envelope -> {
                    received.add(envelope);
                    call.response().write(envelope);
                });
                call.endHandler(end -> call.response().end());
            });
            HttpServer http =
                    await(party.vertx.createHttpServer().requestHandler(grpc).listen(0, "127.0.0.1"));
            End connector = party.connect(new GrpcClientOptions(), "http://127.0.0.1:" + http.actualPort());

            connector.send(Frames.ofEveryKind().toArray(Frame[]::new));
            assertThat(next().getFramesCount()).isEqualTo(Frames.ofEveryKind().size());
            for (Frame sent : Frames.ofEveryKind()) {
                assertThat(content(connector.next())).isEqualTo(content(sent));
            }
            connector.close("done");
            connector.assertEnded();
        }
    }

    private Envelope next() throws InterruptedException {
        Envelope envelope = received.poll(20, TimeUnit.SECONDS);
        assertThat(envelope).as("an envelope").isNotNull();
        return envelope;
    }

    private static Envelope envelope(io.exchange.grpc.proto.Frame.Builder frame) {
        return Envelope.newBuilder()
                .setSentAtNanos(System.nanoTime())
                .addFrames(frame)
                .build();
    }

    private static Frame.Command command() {
        return new Frame.Command(
                "id-1",
                1,
                "",
                "deploy.v1",
                Map.of(),
                30_000_000_000L,
                Frame.NOT_REPEATED,
                1,
                null,
                null,
                Frame.Items.NONE,
                Frames.bytes(100));
    }
}
