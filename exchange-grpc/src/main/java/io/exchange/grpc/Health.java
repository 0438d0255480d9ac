package io.exchange.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.HealthService;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The method {@code Check} of the gRPC health service. {@code Watch} is left out, which the protocol of health checks
 * allows: that of vertx-grpc-health keeps a timer for ever and a watcher for each call that was reset.
 */
final class Health implements Service {

    private static final Set<String> SERVICES = Set.of("", Attach.SERVICE);

    private final ServiceDescriptor descriptor;
    private final Supplier<Future<Boolean>> healthCheck;
    private final Descriptor question;
    private final FieldDescriptor service;
    private final Descriptor answer;
    private final FieldDescriptor status;

    Health(Vertx vertx, Supplier<Future<Boolean>> healthCheck) {
        this.descriptor = HealthService.create(vertx).descriptor();
        this.healthCheck = healthCheck;
        MethodDescriptor check = descriptor.findMethodByName("Check");
        this.question = check.getInputType();
        this.service = question.findFieldByName("service");
        this.answer = check.getOutputType();
        this.status = answer.findFieldByName("status");
    }

    @Override
    public ServiceName name() {
        return ServiceName.create(descriptor.getFullName());
    }

    @Override
    public ServiceDescriptor descriptor() {
        return descriptor;
    }

    @Override
    public void bind(GrpcServer server) {
        ServiceMethod<DynamicMessage, DynamicMessage> check = ServiceMethod.server(
                name(),
                "Check",
                GrpcMessageEncoder.encoder(),
                GrpcMessageDecoder.decoder(DynamicMessage.getDefaultInstance(question)));
        server.callHandler(check, this::asked);
    }

    private void asked(GrpcServerRequest<DynamicMessage, DynamicMessage> request) {
        request.invalidMessageHandler(tooLong -> {}); // skipped: then there is no last message, which is answered below
        request.last()
                .onComplete(
                        asked -> check(request, asked),
                        unreadable -> request.response()
                                .status(GrpcStatus.INVALID_ARGUMENT)
                                .end());
    }

    private void check(GrpcServerRequest<DynamicMessage, DynamicMessage> request, DynamicMessage asked) {
        if (SERVICES.contains((String) asked.getField(service))) {
            Future.succeededFuture()
                    .compose(now -> healthCheck.get())
                    .otherwise(false)
                    .onSuccess(healthy -> request.response().end(answer(healthy ? "SERVING" : "NOT_SERVING")));
        } else {
            request.response().status(GrpcStatus.NOT_FOUND).end();
        }
    }

    private DynamicMessage answer(String name) {
        EnumValueDescriptor value = status.getEnumType().findValueByName(name);
        return DynamicMessage.newBuilder(answer).setField(status, value).build();
    }
}
