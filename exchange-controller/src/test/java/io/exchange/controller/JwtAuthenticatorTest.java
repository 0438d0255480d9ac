package io.exchange.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.api.Credentials;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Identity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JwtAuthenticatorTest {

    private static final String SECRET = "a secret of the test that is long enough";
    private static final String ISSUER = "https://issuer.example";

    private final Vertx vertx = Vertx.vertx();
    private final JWTAuth issuer = JWTAuth.create(vertx, hmac(SECRET));
    private final JwtAuthenticator authenticator = JwtAuthenticator.of(vertx, checking(hmac(SECRET)));

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private static JWTAuthOptions hmac(String secret) {
        return new JWTAuthOptions()
                .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret));
    }

    private static JWTAuthOptions checking(JWTAuthOptions keys) {
        return keys.setJWTOptions(
                new JWTOptions().setIssuer(ISSUER).addAudience("exchange").setLeeway(5));
    }

    /** What a good token says. */
    private static JsonObject claims() {
        return new JsonObject()
                .put("sub", "eu's gateway")
                .put("iss", ISSUER)
                .put("aud", "exchange")
                .put("exp", inSeconds(60))
                .put("targets", new JsonArray().add("eu-1").add("eu-2"));
    }

    private static long inSeconds(int seconds) {
        return System.currentTimeMillis() / 1000 + seconds;
    }

    private static Future<Identity> shown(JwtAuthenticator to, String header) {
        return to.authenticate(new Credentials(Map.of("authorization", header), List.of(), null));
    }

    private Identity accepted(JsonObject claims) {
        return shown(authenticator, "Bearer " + issuer.generateToken(claims)).result();
    }

    private ExchangeException refused(JsonObject claims) {
        return refusedToken(issuer.generateToken(claims));
    }

    private ExchangeException refusedToken(String token) {
        return refusal(shown(authenticator, "Bearer " + token), token);
    }

    private static ExchangeException refusal(Future<Identity> answer, String token) {
        assertThat(answer.failed()).as("refused").isTrue();
        assertThat(answer.cause()).isInstanceOf(ExchangeException.class).hasNoCause();
        Stream.of(token.split("\\."))
                .filter(part -> !part.isBlank())
                .forEach(part -> assertThat(answer.cause().toString()).doesNotContain(part));
        return (ExchangeException) answer.cause();
    }

    private static void assertForGood(ErrorCode code, ExchangeException refused) {
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.retryAfter()).isEmpty();
    }

    private static void assertForNow(ExchangeException refused) {
        assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(refused.retryAfter()).isPresent();
        assertThat(refused.text()).contains("expired");
    }

    @Test
    void a_good_token_gives_its_subject_its_targets_and_every_role() {
        Identity identity = accepted(claims());

        assertThat(identity).isEqualTo(new Identity("eu's gateway", Set.of("eu-1", "eu-2"), Identity.EVERYTHING));
        assertThat(identity.maySpeakFor("us-1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER  "})
    void the_scheme_is_written_in_any_case(String scheme) {
        assertThat(shown(authenticator, scheme + issuer.generateToken(claims())).succeeded())
                .isTrue();
    }

    @Test
    void one_name_is_as_good_as_a_list_and_a_star_is_all() {
        assertThat(accepted(claims().put("targets", "eu-1")).targets()).containsExactly("eu-1");
        assertThat(accepted(claims().put("targets", "*")).maySpeakFor("us-1")).isTrue();
    }

    @Test
    void a_token_that_names_no_target_speaks_for_none() {
        JsonObject silent = claims();
        silent.remove("targets");
        silent.remove("sub");

        assertThat(accepted(silent))
                .isEqualTo(new Identity("a token without a subject", Set.of(), Identity.EVERYTHING));
        assertThat(accepted(claims().putNull("targets")).targets()).isEmpty();
    }

    @Test
    void other_claims_may_say_targets_and_roles() {
        JwtAuthenticator other = JwtAuthenticator.of(
                vertx, hmac(SECRET), JwtClaims.DEFAULT.withTargets("sub").withRoles("https://example.org/roles"));

        JsonObject archive = claims().put("https://example.org/roles", new JsonArray().add("archive"));
        assertThat(shown(other, "Bearer " + issuer.generateToken(archive)).result())
                .isEqualTo(new Identity("eu's gateway", Set.of("eu's gateway"), Set.of("archive")));
        assertThat(shown(other, "Bearer " + issuer.generateToken(claims()))
                        .result()
                        .roles())
                .isEmpty();
    }

    @Test
    void rights_that_cannot_be_read_are_forbidden() {
        Stream.of(1, true, new JsonObject(), new JsonArray().add("eu-1").add(2))
                .forEach(value -> assertForGood(ErrorCode.FORBIDDEN, refused(claims().put("targets", value))));
    }

    @Test
    void a_token_of_another_key_is_refused_for_good() {
        JWTAuth stranger = JWTAuth.create(vertx, hmac("another secret that is as long as that one"));
        assertForGood(ErrorCode.UNAUTHENTICATED, refusedToken(stranger.generateToken(claims())));
    }

    @Test
    void a_token_that_was_changed_is_refused_for_good() {
        String[] parts = issuer.generateToken(claims()).split("\\.");
        String more = base64(claims().put("targets", "*").encode());
        assertForGood(ErrorCode.UNAUTHENTICATED, refusedToken(parts[0] + "." + more + "." + parts[2]));
    }

    @Test
    void a_token_that_has_expired_is_refused_for_now() {
        assertForNow(refused(claims().put("exp", inSeconds(-10))));
    }

    @Test
    void a_token_that_does_not_hold_yet_is_refused_for_now() {
        assertForNow(refused(claims().put("nbf", inSeconds(60))));
        assertForNow(refused(claims().put("iat", inSeconds(60))));
    }

    @Test
    void clocks_may_differ_by_the_leeway() {
        JsonObject early = claims().put("nbf", inSeconds(3)).put("iat", inSeconds(3));
        assertThat(accepted(early).name()).isEqualTo("eu's gateway");
        assertThat(accepted(claims().put("exp", inSeconds(-2))).name()).isEqualTo("eu's gateway");
    }

    @Test
    void a_token_of_another_issuer_is_refused_for_good() {
        assertForGood(ErrorCode.UNAUTHENTICATED, refused(claims().put("iss", "https://other.example")));
        JsonObject nobody = claims();
        nobody.remove("iss");
        assertForGood(ErrorCode.UNAUTHENTICATED, refused(nobody));
    }

    @Test
    void a_token_for_another_audience_is_refused_for_good() {
        assertForGood(ErrorCode.UNAUTHENTICATED, refused(claims().put("aud", "billing")));
        assertForGood(ErrorCode.UNAUTHENTICATED, refused(claims().put("aud", new JsonArray().add("billing"))));
        JsonObject nobody = claims();
        nobody.remove("aud");
        assertForGood(ErrorCode.UNAUTHENTICATED, refused(nobody));
    }

    @Test
    void one_that_has_expired_and_is_wrong_as_well_is_refused_for_good() {
        JsonObject expired = claims().put("exp", inSeconds(-60));
        assertForGood(ErrorCode.UNAUTHENTICATED, refused(expired.copy().put("iss", "https://other.example")));
        JWTAuth stranger = JWTAuth.create(vertx, hmac("another secret that is as long as that one"));
        assertForGood(ErrorCode.UNAUTHENTICATED, refusedToken(stranger.generateToken(expired)));
    }

    @Test
    void claims_of_the_wrong_type_are_refused_for_good() {
        assertForGood(ErrorCode.UNAUTHENTICATED, refused(claims().put("exp", "tomorrow")));
        assertForGood(ErrorCode.UNAUTHENTICATED, refused(claims().put("aud", 7)));
    }

    @Test
    void nothing_and_garbage_are_refused_for_good() {
        Future<Identity> nothing = authenticator.authenticate(new Credentials(Map.of(), List.of(), null));
        assertForGood(ErrorCode.UNAUTHENTICATED, refusal(nothing, "none"));
        String good = issuer.generateToken(claims());
        Stream.of(
                        "",
                        "Bearer",
                        "Bearer ",
                        "Bearer garbage!",
                        "Bearer Zm9v.YmFy.YmF6",
                        "Bearer ..",
                        "Basic " + good,
                        good,
                        "Bearer " + good + ".more",
                        "Bearer " + good + ",Bearer " + good,
                        "Bearer " + good + "A".repeat(16 << 10))
                .forEach(header -> assertForGood(
                        ErrorCode.UNAUTHENTICATED,
                        refusal(shown(authenticator, header), header.replace("Bearer", ""))));
    }

    @Test
    void what_nobody_has_signed_is_refused_for_good() {
        String payload = base64(claims().encode());
        String signature = issuer.generateToken(claims()).split("\\.")[2];
        for (String alg : List.of("none", "None", "NONE")) {
            String header = base64("{\"alg\":\"" + alg + "\",\"typ\":\"JWT\"}");
            assertForGood(ErrorCode.UNAUTHENTICATED, refusedToken(header + "." + payload));
            assertForGood(ErrorCode.UNAUTHENTICATED, refusedToken(header + "." + payload + "."));
            assertForGood(ErrorCode.UNAUTHENTICATED, refusedToken(header + "." + payload + "." + signature));
        }
    }

    @Test
    void without_a_key_that_is_known_there_is_no_authenticator() {
        assertThatThrownBy(() -> JwtAuthenticator.of(vertx, checking(new JWTAuthOptions())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key");
        JWTAuthOptions unknown = new JWTAuthOptions().addJwk(new JsonObject().put("kty", "unheard-of"));
        assertThatThrownBy(() -> JwtAuthenticator.of(vertx, unknown)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void public_keys_verify_and_are_no_secrets_to_sign_with() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        String known = pem("PUBLIC", pair.getPublic());
        JwtAuthenticator asymmetric = JwtAuthenticator.of(vertx, checking(rsa(known)));
        JWTAuth owner = JWTAuth.create(vertx, rsa(pem("PRIVATE", pair.getPrivate())));

        String good = owner.generateToken(claims(), new JWTOptions().setAlgorithm("RS256"));
        assertThat(shown(asymmetric, "Bearer " + good).result().name()).isEqualTo("eu's gateway");

        String forged = JWTAuth.create(vertx, hmac(known)).generateToken(claims());
        assertForGood(ErrorCode.UNAUTHENTICATED, refusal(shown(asymmetric, "Bearer " + forged), forged));
    }

    @Test
    void a_key_of_a_set_is_found_by_its_id() throws GeneralSecurityException {
        JWTAuthOptions set = checking(new JWTAuthOptions()).addJwk(jwk("first")).addJwk(jwk("second"));
        JWTAuth second = JWTAuth.create(vertx, new JWTAuthOptions().addJwk(jwk("second")));

        String token = second.generateToken(claims());
        assertThat(shown(JwtAuthenticator.of(vertx, set), "Bearer " + token)
                        .result()
                        .name())
                .isEqualTo("eu's gateway");
    }

    private static JWTAuthOptions rsa(String pem) {
        return new JWTAuthOptions()
                .addPubSecKey(new PubSecKeyOptions().setAlgorithm("RS256").setBuffer(pem));
    }

    private static JsonObject jwk(String id) {
        return new JsonObject()
                .put("kty", "oct")
                .put("alg", "HS256")
                .put("kid", id)
                .put("k", base64("the secret with the id " + id + " and more"));
    }

    private static String pem(String kind, Key key) {
        return "-----BEGIN %1$s KEY-----\n%2$s\n-----END %1$s KEY-----\n"
                .formatted(kind, Base64.getMimeEncoder().encodeToString(key.getEncoded()));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
