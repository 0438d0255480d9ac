package io.exchange.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gateways link the connector: what only controllers need stays off their class path. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ClassPathTest {

    private final List<String> jars = Stream.of("java.class.path", "jdk.module.path")
            .map(name -> System.getProperty(name, ""))
            .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
            .map(path -> new File(path).getName())
            .toList();

    @Test
    void cluster_web_tokens_and_command_line_stay_off() {
        assertThat(jars)
                .anyMatch(jar -> jar.startsWith("vertx-core"))
                .noneMatch(jar -> jar.contains("hazelcast"))
                .noneMatch(jar -> jar.startsWith("vertx-web"))
                .noneMatch(jar -> jar.startsWith("vertx-auth"))
                .noneMatch(jar -> jar.contains("picocli"));
    }
}
