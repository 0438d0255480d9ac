package io.exchange.grpc;

import static io.exchange.transport.End.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SideServicesTest {

    private static final ServiceMethod<HealthCheckResponse, HealthCheckRequest> CHECK = ServiceMethod.client(
            ServiceName.create("grpc.health.v1.Health"),
            "Check",
            GrpcMessageEncoder.encoder(),
            GrpcMessageDecoder.decoder(HealthCheckResponse.newBuilder()));

    private static final ServiceMethod<ServerReflectionResponse, ServerReflectionRequest> REFLECTION =
            ServiceMethod.client(
                    ServiceName.create("grpc.reflection.v1.ServerReflection"),
                    "ServerReflectionInfo",
                    GrpcMessageEncoder.encoder(),
                    GrpcMessageDecoder.decoder(ServerReflectionResponse.newBuilder()));

    private final AtomicReference<Supplier<Future<Boolean>>> health =
            new AtomicReference<>(() -> Future.succeededFuture(true));
    private final Party party =
            new Party(new GrpcServerOptions().setHealthCheck(() -> health.get().get()));
    private final GrpcClient client = GrpcClient.client(party.vertx);
    private final SocketAddress address = SocketAddress.inetSocketAddress(party.port(), "127.0.0.1");

    @AfterEach
    void close() {
        party.close();
    }

    @Test
    void health_is_what_the_check_says() {
        assertThat(check("")).isEqualTo("SERVING");
        assertThat(check("io.exchange.v1.Exchange")).isEqualTo("SERVING");
        health.set(() -> Future.succeededFuture(false));
        assertThat(check("io.exchange.v1.Exchange")).isEqualTo("NOT_SERVING");
        health.set(() -> Future.failedFuture("broken"));
        assertThat(check("")).isEqualTo("NOT_SERVING");
        health.set(() -> {
            throw new IllegalStateException("thrown by the test");
        });
        assertThat(check("")).isEqualTo("NOT_SERVING");
        assertThat(check("another.Service")).isEqualTo(GrpcStatus.NOT_FOUND.name());
    }

    private String check(String service) {
        HealthCheckRequest question =
                HealthCheckRequest.newBuilder().setService(service).build();
        return await(client.request(address, CHECK)
                .compose(call -> call.send(question))
                .compose(answer -> answer.status() != null && answer.status() != GrpcStatus.OK
                        ? Future.succeededFuture(answer.status().name())
                        : answer.last().map(last -> last.getStatus().name())));
    }

    @Test
    void reflection_lists_the_services_and_shows_the_file() throws Exception {
        ServerReflectionResponse list =
                ask(ServerReflectionRequest.newBuilder().setListServices("").build());
        assertThat(list.getListServicesResponse().getServiceList())
                .extracting(service -> service.getName())
                .contains("io.exchange.v1.Exchange", "grpc.health.v1.Health");
        ServerReflectionResponse file = ask(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("io.exchange.v1.Exchange.Attach")
                .build());
        FileDescriptorProto exchange =
                FileDescriptorProto.parseFrom(file.getFileDescriptorResponse().getFileDescriptorProto(0));
        assertThat(exchange.getPackage()).isEqualTo("io.exchange.v1");
        assertThat(exchange.getMessageTypeList())
                .extracting(message -> message.getName())
                .contains("Envelope", "Frame", "Hello");
    }

    private ServerReflectionResponse ask(ServerReflectionRequest question) {
        return await(client.request(address, REFLECTION)
                .compose(call -> call.send(question))
                .compose(answer -> answer.last()));
    }

    @Test
    void a_question_that_is_too_long_or_compressed_gets_no_answer() {
        RawCall tooLong = RawCall.to(party.vertx, party.port(), "/grpc.health.v1.Health/Check")
                .header("content-type", "application/grpc")
                .message(new byte[100_000])
                .end();
        assertThat(tooLong.status()).isEqualTo("3");
        RawCall compressed = RawCall.to(party.vertx, party.port(), "/grpc.health.v1.Health/Check")
                .header("content-type", "application/grpc")
                .write(Buffer.buffer(new byte[] {1, 0, 0, 0, 2, 9, 9}))
                .end();
        assertThat(compressed.status()).isEqualTo("3");
        assertThat(check("")).isEqualTo("SERVING");
    }
}
