package io.exchange.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason.Code;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ConnectorState;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.JwtAuthenticator;
import io.exchange.embedded.ExchangeContract;
import io.exchange.embedded.Links;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Connectors that show who they are by a token that expires. */
class JwtTest extends ExchangeContract {

    private final JWTAuthOptions keys = new JWTAuthOptions()
            .addPubSecKey(
                    new PubSecKeyOptions().setAlgorithm("HS256").setBuffer("a secret of the test that is long enough"));
    private final JWTAuth issuer = JWTAuth.create(vertx, keys);

    JwtTest() {
        super(new GrpcWiring());
    }

    private String token(int seconds) {
        return issuer.generateToken(new JsonObject()
                .put("sub", "eu's gateway")
                .put("targets", "eu")
                .put("exp", System.currentTimeMillis() / 1000 + seconds));
    }

    private ExchangeController checkingController() {
        return controller(options -> options.setAuthenticator(JwtAuthenticator.of(vertx, keys)));
    }

    private static ConnectorOptions showing(ConnectorOptions options, Queue<String> tokens) {
        return options.setMetadataSupplier(
                () -> Future.succeededFuture(Map.of("authorization", "Bearer " + tokens.poll())));
    }

    @Test
    void a_connector_whose_token_has_expired_comes_back_with_a_fresh_one_and_no_log_shows_either() {
        List<String> tokens = List.of(token(-60), token(60));
        ExchangeController controller = checkingController();
        try (Log log = new Log()) {
            attach(
                    showing(options("eu", "a"), new ConcurrentLinkedQueue<>(tokens)),
                    links(),
                    connector -> connector.handle(ECHO, (text, context) -> Future.succeededFuture("a says " + text)));

            assertThat(answer(controller.send("eu", ECHO.command("x")))).isEqualTo("a says x");
            assertThat(observed.refused()).contains(Code.CREDENTIALS_EXPIRED).doesNotContain(Code.UNAUTHENTICATED);
            String logged = log.text();
            assertThat(logged).contains("attached");
            tokens.stream()
                    .flatMap(token -> Stream.of(token.split("\\.")).skip(1))
                    .forEach(part -> assertThat(logged).doesNotContain(part));
        }
    }

    @Test
    void a_channel_goes_on_when_its_token_expires_and_the_next_needs_a_fresh_one() {
        ExchangeController controller = checkingController();
        Links links = links();
        AtomicReference<String> shown = new AtomicReference<>("");
        AtomicReference<Supplier<String>> next = new AtomicReference<>(() -> token(2));
        ConnectorOptions options = options("eu", "a").setMetadataSupplier(() -> {
            shown.set(next.get().get());
            return Future.succeededFuture(Map.of("authorization", "Bearer " + shown.get()));
        });
        ExchangeConnector connector = attach(
                options, links, made -> made.handle(ECHO, (text, context) -> Future.succeededFuture("a says " + text)));
        int attempts = links.attempts();
        eventually(
                "the token has expired",
                () -> issuer.authenticate(new TokenCredentials(shown.get())).failed());
        assertThat(answer(controller.send("eu", ECHO.command("x")))).isEqualTo("a says x");
        assertThat(links.attempts()).isEqualTo(attempts);

        next.set(shown::get);
        links.cut();
        eventually("it is refused", () -> observed.refused().contains(Code.CREDENTIALS_EXPIRED));
        next.set(() -> token(60));
        await(connector.connected());
        assertThat(answer(controller.send("eu", ECHO.command("y")))).isEqualTo("a says y");
    }

    @Test
    void a_token_for_another_target_is_refused_for_good() {
        checkingController();
        ExchangeConnector connector = connector(options("us", "b").setToken(token(60)), links());
        await(connector.start());
        eventually("it is refused", () -> connector.status().state() == ConnectorState.STOPPED);
        assertThat(observed.refused()).contains(Code.FORBIDDEN);
    }

    /** All that is logged, by anyone. */
    private static final class Log extends Handler implements AutoCloseable {

        private final Logger root = Logger.getLogger("");
        private final Logger ours = Logger.getLogger("io.exchange");
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        Log() {
            setLevel(Level.ALL);
            ours.setLevel(Level.ALL);
            root.addHandler(this);
        }

        String text() {
            return String.join("\n", lines);
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            root.removeHandler(this);
            ours.setLevel(Level.WARNING);
        }
    }
}
