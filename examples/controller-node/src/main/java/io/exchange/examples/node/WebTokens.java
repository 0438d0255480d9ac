package io.exchange.examples.node;

import io.exchange.api.Authenticator;
import io.exchange.controller.JwtAuthenticator;
import io.exchange.controller.JwtClaims;
import io.exchange.examples.node.NodeConfig.Jwt;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Who may attach, by JSON Web Tokens of an issuer. */
final class WebTokens {

    private WebTokens() {}

    /** What knows the tokens; empty if there are no keys. */
    static Optional<Authenticator> authenticator(Vertx vertx, Jwt jwt) throws IOException {
        if (!jwt.isOn()) {
            return Optional.empty();
        }
        JWTAuthOptions options = keys(jwt).setJWTOptions(checks(jwt));
        try {
            return Optional.of(JwtAuthenticator.of(vertx, options, claims(jwt)));
        } catch (RuntimeException e) {
            throw new IOException("jwt: the keys cannot be used: " + e.getMessage(), e);
        }
    }

    private static JWTAuthOptions keys(Jwt jwt) throws IOException {
        JWTAuthOptions options = new JWTAuthOptions();
        if (!jwt.keySet().isEmpty()) {
            options.setJwks(keySet(jwt.keySet()));
        }
        if (!jwt.publicKey().isEmpty()) {
            options.addPubSecKey(
                    new PubSecKeyOptions().setAlgorithm(jwt.algorithm()).setBuffer(read("publicKey", jwt.publicKey())));
        }
        return options;
    }

    private static List<JsonObject> keySet(String file) throws IOException {
        String text = read("keySet", file);
        try {
            return new JsonObject(text)
                    .getJsonArray("keys").stream().map(JsonObject.class::cast).toList();
        } catch (RuntimeException e) {
            throw new IOException("jwt: the keySet " + file + " is no JSON Web Key Set", e);
        }
    }

    private static String read(String option, String file) throws IOException {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new IOException("jwt: the " + option + " " + file + " cannot be read", e);
        }
    }

    private static JWTOptions checks(Jwt jwt) {
        JWTOptions checks = new JWTOptions().setLeeway((int) jwt.leeway().toSeconds());
        if (!jwt.issuer().isEmpty()) {
            checks.setIssuer(jwt.issuer());
        }
        if (!jwt.audience().isEmpty()) {
            checks.setAudience(jwt.audience());
        }
        return checks;
    }

    private static JwtClaims claims(Jwt jwt) {
        JwtClaims claims = JwtClaims.DEFAULT.withTargets(jwt.targetsClaim());
        return jwt.rolesClaim().isEmpty() ? claims : claims.withRoles(jwt.rolesClaim());
    }
}
