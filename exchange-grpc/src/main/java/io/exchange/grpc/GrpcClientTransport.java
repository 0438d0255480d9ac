package io.exchange.grpc;

import io.exchange.transport.ClientTransport;
import io.vertx.core.Future;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import org.jspecify.annotations.Nullable;

/** The connecting side of gRPC, with what can be asked of it while connections are open. May be used from any thread. */
public interface GrpcClientTransport extends ClientTransport {

    /**
     * Takes other certificates for connections that are opened from now on; those that are open keep theirs. To be called
     * when files have changed, as nobody watches them.
     *
     * @param keyCertOptions key and certificate that the client shows; null for those of before, whose files are read again
     * @param trustOptions the authorities whose certificates are trusted; null for those of before, whose files are read
     *     again
     * @return completes when the new ones are in use; fails, with the old ones still in use, if they cannot be read, and
     *     with an {@link IllegalStateException} if it is closed
     */
    Future<Void> reload(@Nullable KeyCertOptions keyCertOptions, @Nullable TrustOptions trustOptions);
}
