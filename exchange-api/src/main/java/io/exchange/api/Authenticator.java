package io.exchange.api;

import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Tells a controller who opens a channel. Called on the event loop of the connection, so it must not block. */
@FunctionalInterface
public interface Authenticator {

    /**
     * Finds the identity behind credentials.
     *
     * @param credentials what is known of the peer
     * @return the identity; fails with {@link ErrorCode#UNAUTHENTICATED} if there is none, {@link ErrorCode#FORBIDDEN} if
     *     it is known and refused, both for good. An UNAUTHENTICATED with a {@linkplain ExchangeException#withRetryAfter
     *     retry hint} says that fresh credentials may do, as the token has expired: the connector tries again, for which
     *     {@link CloseReason.Code#CREDENTIALS_EXPIRED} is the reason. Any other failure refuses too, but lets the
     *     connector try again.
     */
    Future<Identity> authenticate(Credentials credentials);

    /**
     * Lets everyone in, with every right.
     *
     * @return the authenticator
     */
    static Authenticator anyone() {
        Identity anyone = Identity.unrestricted("anyone");
        return credentials -> Future.succeededFuture(anyone);
    }

    /**
     * Knows fixed tokens, sent as metadata {@code authorization: Bearer <token>}. Every token is compared in constant
     * time, and all of them each time.
     *
     * @param tokens token to identity
     * @return the authenticator
     */
    static Authenticator staticTokens(Map<String, Identity> tokens) {
        Map<String, Identity> known = Map.copyOf(tokens);
        return credentials -> {
            String header = credentials.metadata().getOrDefault("authorization", "");
            byte[] given = header.replaceFirst("(?i)^bearer +", "").getBytes(StandardCharsets.UTF_8);
            Optional<Identity> found = Optional.empty();
            for (Map.Entry<String, Identity> entry : known.entrySet()) {
                if (MessageDigest.isEqual(given, entry.getKey().getBytes(StandardCharsets.UTF_8))) {
                    found = Optional.of(entry.getValue());
                }
            }
            return orUnauthenticated(found, "the token is missing or unknown");
        };
    }

    /**
     * Knows the subject of the client certificate, which TLS has verified before.
     *
     * @param identities from the subject's distinguished name (RFC 2253) to the identity, empty if it is not known
     * @return the authenticator
     */
    static Authenticator certificateSubject(Function<String, Optional<Identity>> identities) {
        return credentials -> {
            if (credentials.certificates().isEmpty()) {
                return orUnauthenticated(Optional.empty(), "there is no client certificate");
            }
            String subject =
                    credentials.certificates().get(0).getSubjectX500Principal().getName();
            return orUnauthenticated(identities.apply(subject), "the certificate's subject is unknown");
        };
    }

    private static Future<Identity> orUnauthenticated(Optional<Identity> identity, String message) {
        return identity.map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(ErrorCode.UNAUTHENTICATED.notExecuted(message)));
    }
}
