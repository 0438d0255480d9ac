package io.exchange.controller;

import io.exchange.api.Authenticator;
import io.exchange.api.Credentials;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Identity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Knows JSON Web Tokens (RFC 7519) by their signature. They come as metadata {@code authorization: Bearer <token>}; what they
 * say is checked by Vert.x, whose {@code io.vertx:vertx-auth-jwt} who uses this class must have on the class path.
 *
 * <ul>
 *   <li>A token that is missing or malformed, is signed by none of the keys or not at all, or is of another issuer or for another
 *       audience than the options want, is {@link ErrorCode#UNAUTHENTICATED}, for good.
 *   <li>A token that is right in all of this, but has expired ({@code exp}), does not hold yet ({@code nbf}) or was issued in the
 *       future ({@code iat}), by more than the leeway of the options, is refused for now: the connector comes back with what
 *       its metadata supplier gives it then. What the token does not say is not checked: one without {@code exp} never expires.
 *   <li>A token that is right is {@link ErrorCode#FORBIDDEN}, for good, if a claim for its rights holds anything else than
 *       names, and, by the controller, if it does not cover what the connector asks for.
 * </ul>
 *
 * <p>A token is looked at when a channel is opened, and never again: the channel goes on when it expires. The next channel
 * needs one that holds. {@link io.exchange.api.Channel#close} ends a channel before.
 *
 * <p>Keys are read once. To change them, hand each question to the authenticator of the moment:
 * {@code setAuthenticator(credentials -> current.get().authenticate(credentials))}.
 */
@SuppressWarnings("exports") // not required transitively, or every module on top would have to have it
public final class JwtAuthenticator implements Authenticator {

    private static final int MAX_TOKEN_LENGTH = 16 << 10;

    /** Three parts, none of them empty: what is not signed is of another form, whatever its header says. */
    private static final Pattern SIGNED = Pattern.compile("(?i:bearer) +([\\w-]+\\.[\\w-]+\\.[\\w-]+) *");

    /** A token without a signature: the header says so, the claims are none. */
    private static final String UNSIGNED = "eyJhbGciOiJub25lIn0.e30";

    private final JWTAuth atAnyTime;
    private final JWTAuth now;
    private final JwtClaims claims;

    private JwtAuthenticator(JWTAuth atAnyTime, JWTAuth now, JwtClaims claims) {
        this.atAnyTime = atAnyTime;
        this.now = now;
        this.claims = claims;
    }

    /**
     * An authenticator with the default claims.
     *
     * @param vertx where a key store is read, if the options name one
     * @param options keys, issuer, audience and leeway
     * @return the authenticator
     * @throws IllegalArgumentException if there is no key among the options that can be used
     */
    public static JwtAuthenticator of(Vertx vertx, JWTAuthOptions options) {
        return of(vertx, options, JwtClaims.DEFAULT);
    }

    /**
     * An authenticator.
     *
     * @param vertx where a key store is read, if the options name one
     * @param options keys, issuer, audience and leeway
     * @param claims where tokens say what a connector may do
     * @return the authenticator
     * @throws IllegalArgumentException if there is no key among the options that can be used
     */
    public static JwtAuthenticator of(Vertx vertx, JWTAuthOptions options, JwtClaims claims) {
        requireKey(vertx, options);
        JWTOptions atAnyTime = new JWTOptions(options.getJWTOptions()).setIgnoreExpiration(true);
        return new JwtAuthenticator(
                JWTAuth.create(vertx, new JWTAuthOptions(options).setJWTOptions(atAnyTime)),
                JWTAuth.create(vertx, options),
                claims);
    }

    /** Without a key Vert.x takes what nobody has signed. */
    private static void requireKey(Vertx vertx, JWTAuthOptions options) {
        JWTAuth keysAlone = JWTAuth.create(vertx, new JWTAuthOptions(options).setJWTOptions(new JWTOptions()));
        if (keysAlone.authenticate(new TokenCredentials(UNSIGNED)).succeeded()) {
            throw new IllegalArgumentException(
                    "there is no key to verify a signature with: add one by JWTAuthOptions.addJwk, addPubSecKey or setKeyStore");
        }
    }

    @Override
    public Future<Identity> authenticate(Credentials credentials) {
        String header = credentials.metadata().getOrDefault("authorization", "");
        if (header.isEmpty()) {
            return Future.failedFuture(ErrorCode.UNAUTHENTICATED.notExecuted("there is no token"));
        }
        Matcher signed = SIGNED.matcher(header);
        if (header.length() > MAX_TOKEN_LENGTH || !signed.matches()) {
            return Future.failedFuture(
                    ErrorCode.UNAUTHENTICATED.notExecuted("the credentials are not a signed JSON Web Token"));
        }
        String token = signed.group(1);
        return check(now, token)
                .recover(
                        refused -> check(atAnyTime, token)
                                .transform(
                                        right -> Future.failedFuture(
                                                right.succeeded()
                                                        ? expired()
                                                        : ErrorCode.UNAUTHENTICATED.notExecuted(
                                                                "the token is not taken here, for its signature, its issuer or its audience"))))
                .compose(this::identity);
    }

    /** Vert.x throws where a registered claim is of the wrong type. */
    private static Future<User> check(JWTAuth auth, String token) {
        try {
            return auth.authenticate(new TokenCredentials(token));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private static ExchangeException expired() {
        return ErrorCode.UNAUTHENTICATED
                .notExecuted("the token has expired, or does not hold yet")
                .withRetryAfter(Duration.ZERO);
    }

    private Future<Identity> identity(User user) {
        JsonObject said = user.principal();
        try {
            return Future.succeededFuture(new Identity(
                    Objects.toString(said.getValue("sub"), "a token without a subject"),
                    names(said, claims.targets()),
                    claims.roles().map(claim -> names(said, claim)).orElse(Identity.EVERYTHING)));
        } catch (ExchangeException e) {
            return Future.failedFuture(e);
        }
    }

    private static Set<String> names(JsonObject said, String claim) {
        Object value = Optional.ofNullable(said.getValue(claim)).orElseGet(JsonArray::new);
        if (value instanceof String name) {
            return Set.of(name);
        }
        if (value instanceof JsonArray names && names.stream().allMatch(String.class::isInstance)) {
            return names.stream().map(String.class::cast).collect(Collectors.toUnmodifiableSet());
        }
        throw ErrorCode.FORBIDDEN.notExecuted("the claim " + claim + " of the token holds neither a name nor names");
    }
}
