package io.exchange.examples.node;

import io.exchange.api.Authenticator;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Optional;

/** Who may attach, by all that is configured. */
final class Authentication {

    private Authentication() {}

    /** What knows the tokens of either kind; empty if neither is configured. */
    static Optional<Authenticator> of(Vertx vertx, NodeConfig config) throws IOException {
        Optional<Authenticator> fixed = Tokens.authenticator(config.tokens());
        Optional<Authenticator> issued = WebTokens.authenticator(vertx, config.jwt());
        return fixed.map(first -> issued.map(second -> either(first, second)).orElse(first))
                .or(() -> issued);
    }

    /** Whether the files that it names can be read and make sense. */
    static void check(NodeConfig config) throws IOException {
        if (!config.jwt().isOn()) {
            Tokens.authenticator(config.tokens());
            return;
        }
        Vertx vertx = Vertx.vertx();
        try {
            of(vertx, config);
        } finally {
            vertx.close().await();
        }
    }

    private static Authenticator either(Authenticator first, Authenticator second) {
        return credentials -> first.authenticate(credentials).recover(unknown -> second.authenticate(credentials));
    }
}
