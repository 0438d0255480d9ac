/** The transport over one bidirectional gRPC stream, for client and server. */
@NullMarked
package io.exchange.grpc;

import org.jspecify.annotations.NullMarked;
