package io.exchange.examples.node;

import io.exchange.api.Authenticator;
import io.exchange.api.Identity;
import io.exchange.examples.node.NodeConfig.Secret;
import io.exchange.examples.node.NodeConfig.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Who may attach, by the tokens that are configured. */
final class Tokens {

    private Tokens() {}

    /** What knows the tokens; empty if there are none. */
    static Optional<Authenticator> authenticator(Map<String, Token> tokens) throws IOException {
        Map<String, Identity> identities = new HashMap<>();
        for (Map.Entry<String, Token> entry : tokens.entrySet()) {
            Token token = entry.getValue();
            Identity identity = new Identity(
                    entry.getKey(), token.targets(), Objects.requireNonNullElse(token.roles(), Identity.EVERYTHING));
            if (identities.put(secret(token).value(), identity) != null) {
                throw new IOException("the token of " + entry.getKey() + " is that of another, too");
            }
        }
        return identities.isEmpty() ? Optional.empty() : Optional.of(Authenticator.staticTokens(identities));
    }

    private static Secret secret(Token token) throws IOException {
        if (token.secret() != null) {
            return token.secret();
        }
        Path file = Path.of(String.valueOf(token.secretFile()));
        try {
            return new Secret(Files.readString(file).strip());
        } catch (IOException e) {
            throw new IOException("the secretFile " + file + " cannot be read", e);
        }
    }
}
