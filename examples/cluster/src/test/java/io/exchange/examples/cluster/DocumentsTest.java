package io.exchange.examples.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import io.exchange.controller.ExchangeController;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code that the documents show is the code that runs. */
@Timeout(120)
class DocumentsTest {

    private static final String HOST = "127.0.0.1";

    @ParameterizedTest
    @CsvSource({
        "README.adoc, node, src/main/java/io/exchange/examples/cluster/FirstNode.java",
        "docs/testing.adoc, story, src/test/java/io/exchange/examples/cluster/FrozenNodeTest.java"
    })
    void a_document_shows_the_code_between_the_tags(String document, String tag, Path file) throws IOException {
        String source = Files.readString(file);
        String begin = "// tag::" + tag + "[]\n";
        String code = source.substring(source.indexOf(begin) + begin.length(), source.indexOf("// end::" + tag + "[]"));

        assertThat(Files.readString(Path.of("../..", document)))
                .contains(code.stripIndent().strip());
    }

    @Test
    void the_node_that_the_readme_shows_joins_and_leaves() throws Exception {
        List<Vertx> runtimes = new ArrayList<>();
        try {
            Future<ExchangeController> node = FirstNode.join(onLoopback())
                    .onSuccess(joined -> runtimes.add(Vertx.currentContext().owner()));
            ExchangeController controller = node.await(60, TimeUnit.SECONDS);

            assertThat(controller.readiness().detail()).contains("quorum"); // it waits for a second node
            controller.stop().await(30, TimeUnit.SECONDS);
        } finally {
            runtimes.forEach(vertx -> vertx.close().await());
            Hazelcast.shutdownAll();
        }
    }

    private static Config onLoopback() {
        Config config = new Config().setClusterName("documents-" + UUID.randomUUID());
        config.setProperty("hazelcast.logging.type", "jdk");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(HOST);
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        return config;
    }
}
