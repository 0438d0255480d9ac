package io.exchange.grpc;

import io.exchange.transport.ServerTransport;
import io.vertx.core.Future;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import org.jspecify.annotations.Nullable;

/** The listening side of gRPC, with what can be asked of it while it listens. May be used from any thread. */
public interface GrpcServerTransport extends ServerTransport {

    /**
     * The port that it listens on.
     *
     * @return the port
     * @throws IllegalStateException if it does not listen
     */
    int actualPort();

    /**
     * Takes other certificates for connections that come from now on; those that are open keep theirs.
     *
     * @param keyCertOptions key and certificate of the server
     * @param trustOptions the authorities whose client certificates are trusted; null for those of before, whose files are
     *     read again
     * @return completes when the new ones are in use; fails, with the old ones still in use, if they cannot be read, and
     *     with an {@link IllegalStateException} if it does not listen or does not speak TLS
     */
    Future<Void> reload(KeyCertOptions keyCertOptions, @Nullable TrustOptions trustOptions);
}
