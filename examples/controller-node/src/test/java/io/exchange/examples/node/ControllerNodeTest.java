package io.exchange.examples.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.examples.quickstart.Quickstart;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcTransport;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The node as an operator runs it, with the gateway and the sender of the quick start. */
@Timeout(120)
class ControllerNodeTest {

    private static final int SIGTERM = 143;

    @TempDir
    private Path directory;

    @Test
    void a_node_alone_starts_from_the_sample_answers_operators_and_stops_in_order() throws Exception {
        String sample = Configuration.sample()
                .replace("port: 8470", "port: 0")
                .replace("port: 8471", "port: 0")
                .replace("forward: false", "forward: true");
        try (Jvm node = start(sample)) {
            URI health = URI.create(after("health and metrics on ", node.await("health and metrics")));
            String endpoint = "--endpoint=" + after("listening on ", node.await("listening on"));
            assertThat(get(health, "/live").statusCode()).isEqualTo(200);
            assertThat(get(health, "/ready").body()).contains("UP");
            try (Jvm gateway = quickstart("connector", "--target=gateway-eu", "--id=eu-1", endpoint)) {
                gateway.await("attached");

                Jvm status = quickstart("send", "gateway-eu", "status.v1", "{}", endpoint);
                assertThat(status.awaitExit()).isZero();
                assertThat(status.output()).contains("\"connector\" : \"eu-1\"");
                assertThat(get(health, "/metrics").body()).contains("exchange_commands", "exchange_channels");
            }
            node.terminate();
            assertThat(node.awaitExit()).isEqualTo(SIGTERM);
            assertThat(node.output()).contains("stopping", "stopped");
        }
    }

    @Test
    void only_operators_with_their_token_may_send() throws Exception {
        String config = """
                connectors: {port: 0}
                management: {port: -1}
                forward: true
                tokens:
                  gateways: {secret: gateway-secret, targets: [gateway-eu]}
                  operators: {secret: operator-secret, targets: [operators]}
                """;
        try (Jvm node = start(config)) {
            String endpoint = "--endpoint=" + after("listening on ", node.await("listening on"));
            try (Jvm gateway = quickstart("connector", "--target=gateway-eu", "--token=gateway-secret", endpoint)) {
                gateway.await("attached");

                Jvm operator = quickstart("send", "gateway-eu", "status.v1", "{}", endpoint, "--token=operator-secret");
                assertThat(operator.awaitExit()).as(operator.output()).isZero();
                Jvm stranger = quickstart("send", "gateway-eu", "status.v1", "{}", endpoint, "--token=gateway-secret");
                assertThat(stranger.awaitExit()).isEqualTo(3);
                assertThat(stranger.output()).contains("refuses");
            }
        }
    }

    @Test
    void an_issuers_tokens_let_in_beside_those_that_are_configured() throws Exception {
        String set = """
                {"keys": [{"kty": "oct", "alg": "HS256", "kid": "1", "k": "YS1zZWNyZXQtb2YtdGhlLXRlc3QtdGhhdC1pcy1sb25n"}]}
                """;
        Path keys = Files.writeString(directory.resolve("keys.json"), set);
        String config = """
                connectors: {port: 0}
                management: {port: -1}
                forward: true
                tokens: {operators: {secret: operator-secret, targets: [operators]}}
                jwt: {keySet: '%s', issuer: 'https://issuer.example', audience: [exchange], targetsClaim: sub, leeway: 5s}
                """.formatted(keys);
        try (Jvm node = start(config)) {
            String endpoint = "--endpoint=" + after("listening on ", node.await("listening on"));
            try (Jvm gateway = quickstart("connector", "--target=gateway-eu", token(set, "gateway-eu"), endpoint)) {
                gateway.await("attached");

                Jvm operator = quickstart("send", "gateway-eu", "status.v1", "{}", endpoint, "--token=operator-secret");
                assertThat(operator.awaitExit()).as(operator.output()).isZero();
                Jvm other = quickstart("connector", "--target=gateway-eu", token(set, "gateway-us"), endpoint);
                assertThat(other.awaitExit()).isNotZero();
                assertThat(other.output()).contains("refused: FORBIDDEN");
            }
        }
        Jvm without = start("jwt: {publicKey: none.pem}");
        assertThat(without.awaitExit()).isEqualTo(1);
        assertThat(without.output()).contains("jwt: the publicKey none.pem cannot be read");
        Jvm empty = start("jwt: {keySet: '%s'}".formatted(Files.writeString(keys, "{\"keys\": []}")));
        assertThat(empty.awaitExit()).isEqualTo(1);
        assertThat(empty.output()).contains("jwt: the keys cannot be used");
    }

    private static String token(String keySet, String subject) {
        Vertx vertx = Vertx.vertx();
        try {
            JWTAuthOptions keys = new JWTAuthOptions()
                    .addJwk(new JsonObject(keySet).getJsonArray("keys").getJsonObject(0));
            JWTOptions says = new JWTOptions()
                    .setSubject(subject)
                    .setIssuer("https://issuer.example")
                    .addAudience("exchange")
                    .setExpiresInSeconds(60);
            return "--token=" + JWTAuth.create(vertx, keys).generateToken(new JsonObject(), says);
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void a_gateway_attaches_to_one_node_of_a_cluster_and_the_operator_sends_by_the_other() throws Exception {
        List<Integer> ports = freePorts();
        String join = "[127.0.0.1:" + ports.get(0) + ", 127.0.0.1:" + ports.get(1) + "]";
        try (Jvm first = start(clustered(ports.get(0), join));
                Jvm second = start(clustered(ports.get(1), join))) {
            String gatewaysNode = "--endpoint=" + after("listening on ", first.await("listening on"));
            String operatorsNode = "--endpoint=" + after("listening on ", second.await("listening on"));
            try (Jvm gateway = quickstart("connector", "--target=gateway-eu", "--id=eu-1", gatewaysNode)) {
                gateway.await("attached");

                Jvm status = quickstart("send", "gateway-eu", "status.v1", "{}", operatorsNode);
                assertThat(status.awaitExit()).as(status.output()).isZero();
                assertThat(status.output()).contains("\"connector\" : \"eu-1\"");
            }
            first.terminate();
            assertThat(first.awaitExit()).isEqualTo(SIGTERM);
            assertThat(first.output()).contains("stopped");
        }
    }

    @Test
    void a_configuration_is_checked_without_starting_anything_and_shown_without_secrets() throws Exception {
        Jvm good = node("--check", "--config=" + write("tokens: {eu: {secret: hush, targets: [a]}}"));
        assertThat(good.awaitExit()).isZero();
        assertThat(good.output()).contains("lease: \"PT10S\"", "***").doesNotContain("hush", "listening");

        Jvm bad = node("--check", "--config=" + write("connectors: {prot: 1}"));
        assertThat(bad.awaitExit()).isEqualTo(2);
        assertThat(bad.output()).contains("there is no option connectors.prot");

        Jvm none = node("--config=" + directory.resolve("none.yaml"));
        assertThat(none.awaitExit()).isEqualTo(2);
        assertThat(none.output()).contains("there is no file");
    }

    @Test
    void a_node_with_a_certificate_speaks_tls_and_no_node_starts_without_the_file() throws Exception {
        SelfSignedCertificate certificate = SelfSignedCertificate.create("node.test");
        String config = "{connectors: {port: 0, tls: {certificate: '%s', key: '%s'}}, management: {port: -1}}";
        try (Jvm node = start(config.formatted(certificate.certificatePath(), certificate.privateKeyPath()))) {
            String endpoint = after("listening on ", node.await("listening on"));

            assertThat(endpoint).startsWith("https://");
            attach(endpoint, certificate.certificatePath());
        } finally {
            certificate.delete();
        }
        Jvm without = node("--check", "--config=" + write(config.formatted("none.pem", "none.key")));
        assertThat(without.awaitExit()).isEqualTo(2);
        assertThat(without.output()).contains("connectors.tls: the file none.pem cannot be read");
    }

    private static void attach(String endpoint, String trusted) throws Exception {
        Vertx vertx = Vertx.vertx();
        GrpcClientOptions options = new GrpcClientOptions()
                .setTrustOptions(new PemTrustOptions().addCertPath(trusted))
                .setVerifyHost(false);
        ExchangeConnector connector = ExchangeConnector.create(
                vertx,
                GrpcTransport.client(vertx, options),
                new ConnectorOptions().setTargetId("gateway-eu").addEndpoint(endpoint));
        try {
            connector.start().compose(started -> connector.connected()).await(30, TimeUnit.SECONDS);
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void a_node_that_cannot_start_says_why_and_ends() throws Exception {
        Jvm open = start("{connectors: {host: 0.0.0.0, port: 0}, management: {port: -1}}");
        assertThat(open.awaitExit()).isEqualTo(1);
        assertThat(open.output()).contains("UNAUTHENTICATED");

        Jvm unreadable = start("tokens: {eu: {secretFile: none.txt, targets: [a]}}");
        assertThat(unreadable.awaitExit()).isEqualTo(1);
        assertThat(unreadable.output()).contains("secretFile none.txt cannot be read");
    }

    @Test
    void help_names_every_option() throws Exception {
        Jvm help = node("--help");
        assertThat(help.awaitExit()).isZero();
        assertThat(help.output()).contains("--config", "--check", "--sample", "Exit codes:");
    }

    private static String clustered(int port, String join) {
        return """
                connectors: {port: 0}
                management: {port: -1}
                forward: true
                channels: {heartbeat: 0.5s, lease: 2s, grace: 5s}
                cluster: {name: test-%s, host: 127.0.0.1, port: %s, join: {tcp: %s}}
                """.formatted(ProcessHandle.current().pid(), port, join);
    }

    private Jvm start(String config) throws IOException {
        return node("--config=" + write(config));
    }

    private static Jvm node(String... args) throws IOException {
        return Jvm.start(ControllerNode.class, args);
    }

    private static Jvm quickstart(String... args) throws IOException {
        return Jvm.start(Quickstart.class, args);
    }

    private Path write(String config) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "node", ".yaml"), config);
    }

    private static String after(String words, String line) {
        return line.substring(line.indexOf(words) + words.length()).strip();
    }

    private static HttpResponse<String> get(URI server, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(server.resolve(path)).build(), BodyHandlers.ofString());
    }

    private static List<Integer> freePorts() throws IOException {
        try (ServerSocket first = new ServerSocket(0);
                ServerSocket second = new ServerSocket(0)) {
            return List.of(first.getLocalPort(), second.getLocalPort());
        }
    }
}
