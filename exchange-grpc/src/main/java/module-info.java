/** A transport over gRPC. */
module io.exchange.grpc {
    requires com.google.protobuf;
    requires transitive io.exchange.api;
    requires io.netty.buffer;
    requires io.netty.codec.http;
    requires io.vertx.grpc.common;
    requires io.vertx.grpc.health;
    requires io.vertx.grpc.reflection;
    requires io.vertx.grpc.server;

    exports io.exchange.grpc;
}
