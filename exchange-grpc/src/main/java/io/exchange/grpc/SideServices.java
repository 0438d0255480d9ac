package io.exchange.grpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcError;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.reflection.ReflectionService;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.Service;
import java.util.function.Supplier;

/**
 * The services beside the exchange's own: health and reflection, which answer small questions quickly, and nothing else.
 * They are for strangers too, so a question is short and its call does not stay open.
 */
final class SideServices {

    private static final int MAX_QUESTION_BYTES = 64 << 10;
    private static final long MAX_CALL_MILLIS = 10_000;

    private final Vertx vertx;
    private final GrpcServer server;

    SideServices(Vertx vertx, Supplier<Future<Boolean>> healthCheck) {
        this.vertx = vertx;
        ServiceDescriptor exchange = ExchangeProto.service();
        this.server = GrpcServer.server(
                        vertx,
                        new io.vertx.grpc.server.GrpcServerOptions()
                                .setMaxMessageSize(MAX_QUESTION_BYTES)
                                .removeEnabledProtocol(GrpcProtocol.WEB)
                                .removeEnabledProtocol(GrpcProtocol.WEB_TEXT)
                                .removeEnabledProtocol(GrpcProtocol.TRANSCODING))
                .addService(ReflectionService.v1())
                .addService(new Health(vertx, healthCheck))
                .addService(Service.service(ServiceName.create(exchange.getFullName()), exchange)
                        .build());
    }

    /** Answers a call; completes when the call is over. */
    Future<Void> handle(HttpServerRequest request) {
        Promise<Void> over = Promise.promise();
        long timer =
                vertx.setTimer(MAX_CALL_MILLIS, late -> request.response().reset(GrpcError.CANCELLED.http2ResetCode));
        request.response().closeHandler(closed -> {
            vertx.cancelTimer(timer);
            over.tryComplete();
        });
        // without an encoding, vertx-grpc throws on a message that says it is compressed, and then keeps all that
        // follows
        request.headers().set(Attach.ENCODING, Attach.IDENTITY);
        server.handle(request);
        return over.future();
    }
}
