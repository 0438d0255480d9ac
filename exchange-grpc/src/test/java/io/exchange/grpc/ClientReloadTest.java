package io.exchange.grpc;

import static io.exchange.transport.End.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Authenticator;
import io.exchange.api.CommandType;
import io.exchange.api.Identity;
import io.exchange.api.Reply;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.Links;
import io.exchange.transport.End;
import io.exchange.transport.Frames;
import io.netty.pkitesting.X509Bundle;
import io.vertx.core.Future;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client whose certificates are replaced while it runs. */
@Timeout(60)
class ClientReloadTest {

    private static final CommandType<String, String> ECHO = CommandType.of("echo.v1", String.class, String.class);

    @TempDir
    private Path directory;

    private final Certificates first = new Certificates("the first authority");
    private final Certificates next = new Certificates("the next authority");
    private final GrpcServerOptions mutual = new GrpcServerOptions()
            .setKeyCertOptions(Certificates.pem(first.server()))
            .setTrustOptions(first.pemTrust())
            .setClientAuth(ClientAuth.REQUIRED);
    private final Party party = new Party(mutual);
    private final BlockingQueue<String> subjects = new LinkedBlockingQueue<>();

    ClientReloadTest() throws Exception {}

    @AfterEach
    void close() {
        party.close();
    }

    private KeyCertOptions key() {
        return new PemKeyCertOptions()
                .addCertPath(directory.resolve("client.pem").toString())
                .addKeyPath(directory.resolve("client.key").toString());
    }

    private TrustOptions trust() {
        return new PemTrustOptions()
                .addCertPath(directory.resolve("authority.pem").toString());
    }

    private void write(X509Bundle client, Certificates authority) throws IOException {
        Files.writeString(directory.resolve("client.pem"), client.getCertificatePathPEM());
        Files.writeString(directory.resolve("client.key"), client.getPrivateKeyPEM());
        Files.writeString(directory.resolve("authority.pem"), authority.pemAuthority());
    }

    private Future<End> dial(GrpcClientTransport client) {
        return client.connect(party.context(), party.https(), Map.of()).map(connection -> {
            End end = new End(connection);
            end.start();
            return end;
        });
    }

    private String subjectShownBy(GrpcClientTransport client) {
        return subjectSeenBy(party.assertConnected(await(dial(client))));
    }

    private static String subjectSeenBy(End controller) {
        return controller
                .connection()
                .peer()
                .certificates()
                .get(0)
                .getSubjectX500Principal()
                .getName();
    }

    /** Whom the controller has let in next. */
    private String nextSubject() throws InterruptedException {
        return subjects.poll(20, TimeUnit.SECONDS);
    }

    private static Optional<Throwable> failure(Future<?> future) {
        return await(future.map(done -> Optional.<Throwable>empty()).otherwise(thrown -> Optional.of(thrown)));
    }

    @Test
    void connections_that_are_opened_after_it_show_the_new_one_and_the_others_stay() throws Exception {
        write(first.client("a"), first);
        GrpcClientOptions options =
                new GrpcClientOptions().setKeyCertOptions(key()).setTrustOptions(trust());
        GrpcClientTransport client = GrpcTransport.client(party.vertx, options);
        End early = await(dial(client));
        End controller = party.assertConnected(early);
        assertThat(subjectSeenBy(controller)).isEqualTo("CN=a,O=Exchange");

        write(first.client("b"), first);
        assertThat(subjectShownBy(client)).as("until it is told").isEqualTo("CN=a,O=Exchange");
        await(client.reload(options.getKeyCertOptions(), null));
        write(first.client("c"), first); // what the files held when it was told counts

        assertThat(subjectShownBy(client)).isEqualTo("CN=b,O=Exchange");
        early.send(Frames.numbered(9));
        assertThat(controller.next()).isEqualTo(Frames.numbered(9));
        await(client.close());
    }

    @Test
    void what_is_not_given_is_that_of_before_and_read_again() throws Exception {
        write(first.client("a"), next);
        GrpcClientTransport client = GrpcTransport.client(
                party.vertx, new GrpcClientOptions().setKeyCertOptions(key()).setTrustOptions(trust()));
        assertThat(failure(dial(client))).isPresent();

        write(first.client("b"), first);
        await(client.reload(null, null));
        assertThat(subjectShownBy(client)).isEqualTo("CN=b,O=Exchange");

        await(client.reload(Certificates.pem(first.client("c")), null));
        assertThat(subjectShownBy(client)).isEqualTo("CN=c,O=Exchange");
        await(client.reload(null, first.pemTrust()));
        assertThat(subjectShownBy(client)).isEqualTo("CN=c,O=Exchange");
        await(client.close());
    }

    @Test
    void what_cannot_be_read_leaves_the_old_one_in_use() throws Exception {
        write(first.client("a"), first);
        GrpcClientTransport client = GrpcTransport.client(
                party.vertx, new GrpcClientOptions().setKeyCertOptions(key()).setTrustOptions(trust()));
        Files.writeString(directory.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nbroken");

        assertThat(failure(client.reload(
                        new PemKeyCertOptions().addCertPath("none.pem").addKeyPath("none.key"), null)))
                .isPresent();
        assertThat(failure(client.reload(
                        null,
                        new PemTrustOptions()
                                .addCertPath(directory.resolve("broken.pem").toString()))))
                .isPresent();

        assertThat(subjectShownBy(client)).isEqualTo("CN=a,O=Exchange");
        await(client.close());
        assertThat(failure(client.reload(key(), trust())))
                .hasValueSatisfying(closed -> assertThat(closed).isInstanceOf(IllegalStateException.class));
    }

    @Test
    void a_connector_attaches_again_with_the_certificate_that_the_server_wants_now() throws Exception {
        write(first.client("a"), first);
        GrpcServerTransport server = GrpcTransport.server(mutual);
        ExchangeController controller = controller(server);
        GrpcClientTransport client = GrpcTransport.client(
                party.vertx, new GrpcClientOptions().setKeyCertOptions(key()).setTrustOptions(trust()));
        Links links = new Links(client);
        ExchangeConnector connector = attach(links, "https://localhost:" + server.actualPort());
        assertThat(nextSubject()).isEqualTo("CN=a,O=Exchange");

        write(next.client("b"), next);
        await(client.reload(key(), trust()));
        await(server.reload(Certificates.pem(next.server()), next.pemTrust()));
        assertThat(echo(controller)).isEqualTo("hello");
        assertThat(subjects).isEmpty();

        links.cut();
        assertThat(nextSubject()).isEqualTo("CN=b,O=Exchange");
        assertThat(echo(controller)).isEqualTo("hello");
        await(connector.stop());
        await(controller.stop(Duration.ofMillis(200)));
    }

    @Test
    void a_connector_that_is_refused_comes_back_once_it_has_the_right_one() throws Exception {
        write(first.client("a"), first);
        GrpcServerTransport server = GrpcTransport.server(mutual);
        ExchangeController controller = controller(server);
        GrpcClientTransport client = GrpcTransport.client(
                party.vertx, new GrpcClientOptions().setKeyCertOptions(key()).setTrustOptions(trust()));
        Links links = new Links(client);
        ExchangeConnector connector = attach(links, "https://localhost:" + server.actualPort());
        await(server.reload(Certificates.pem(next.server()), next.pemTrust()));
        links.cut();
        Future<Reply<String>> reply = controller.send("eu", ECHO.command("hello"));
        await(refused(connector, connector.status().attempts()));

        write(next.client("b"), next);
        await(client.reload(key(), trust()));
        assertThat(await(reply).payload()).isEqualTo("hello");
        assertThat(nextSubject()).isEqualTo("CN=a,O=Exchange");
        assertThat(nextSubject()).isEqualTo("CN=b,O=Exchange");
        await(connector.stop());
        await(controller.stop(Duration.ofMillis(200)));
    }

    /** Until it has tried in vain. */
    private Future<Void> refused(ExchangeConnector connector, int before) {
        return connector.status().attempts() > before + 1
                ? Future.succeededFuture()
                : party.vertx.timer(10, TimeUnit.MILLISECONDS).compose(later -> refused(connector, before));
    }

    private ExchangeController controller(GrpcServerTransport server) {
        Authenticator noting = Authenticator.certificateSubject(subject -> {
            subjects.add(subject);
            return Optional.of(Identity.unrestricted(subject));
        });
        ExchangeController controller =
                ExchangeController.create(party.vertx, new ControllerOptions().setAuthenticator(noting));
        await(controller.listen(server));
        return controller;
    }

    private ExchangeConnector attach(Links links, String endpoint) {
        ConnectorOptions options = new ConnectorOptions()
                .setTargetId("eu")
                .addEndpoint(endpoint)
                .setBackoffFirst(Duration.ofMillis(20))
                .setBackoffMost(Duration.ofMillis(200));
        ExchangeConnector connector = ExchangeConnector.create(party.vertx, links, options);
        connector.handle(ECHO, (text, context) -> Future.succeededFuture(text));
        await(connector.start());
        await(connector.connected());
        return connector;
    }

    private static String echo(ExchangeController controller) {
        return await(controller.send("eu", ECHO.command("hello"))).payload();
    }
}
