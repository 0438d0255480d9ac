package io.exchange.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Reply;
import io.exchange.connector.ConnectorOptions;
import io.exchange.controller.BatchState;
import io.exchange.controller.BatchStatus;
import io.exchange.controller.ControllerOptions;
import io.exchange.embedded.EmbeddedExchange;
import io.exchange.examples.quickstart.FirstSteps.Greeting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The code that README.adoc shows is the code that runs. It stands there as a copy, not as an include, because the sites
 * that show a README do not follow includes.
 */
@Timeout(60)
class ReadmeTest {

    private static final Path SOURCE = Path.of("src/main/java/io/exchange/examples/quickstart/FirstSteps.java");

    @ParameterizedTest
    @ValueSource(strings = {"type", "gateway", "controller", "batch"})
    void the_readme_shows_the_code_between_the_tags(String tag) throws IOException {
        String source = Files.readString(SOURCE);
        String begin = "// tag::" + tag + "[]\n";
        String code = source.substring(source.indexOf(begin) + begin.length(), source.indexOf("// end::" + tag + "[]"));

        assertThat(Files.readString(Path.of("../../README.adoc")))
                .contains(code.stripIndent().strip());
    }

    @Test
    void the_code_that_it_shows_works() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            int port = freePort();
            Future<Void> gateway = FirstSteps.gateway(vertx, "http://127.0.0.1:" + port);
            Reply<Greeting> reply = FirstSteps.controller(vertx, port).await(30, TimeUnit.SECONDS);
            assertThat(reply.payload().text()).isEqualTo("Hello world");
            assertThat(gateway.succeeded()).isTrue();
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void the_batch_that_it_shows_works() throws Exception {
        Vertx vertx = Vertx.vertx();
        EmbeddedExchange exchange = EmbeddedExchange.create(vertx, new ControllerOptions());
        List<String> targets = List.of("eu", "us");
        for (String target : targets) {
            exchange.connector(
                    new ConnectorOptions().setTargetId(target),
                    connector -> connector.handle(
                            FirstSteps.GREET, (greet, context) -> Future.succeededFuture(new Greeting(greet.name()))));
        }
        try {
            BatchStatus end = exchange.start()
                    .compose(started -> FirstSteps.batch(exchange.controller(), targets))
                    .await(30, TimeUnit.SECONDS);
            assertThat(end.state()).isEqualTo(BatchState.SUCCEEDED);
        } finally {
            exchange.stop().await();
            vertx.close().await();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
