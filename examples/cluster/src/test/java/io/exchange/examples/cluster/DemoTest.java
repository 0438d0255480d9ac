package io.exchange.examples.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example as a reader runs it. */
@Timeout(120)
class DemoTest {

    @Test
    void one_command_starts_a_cluster_kills_a_node_and_shows_that_nothing_is_lost() throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ClusterExample.class.getName(),
                "--targets=5",
                "--rate=30",
                "--seconds=6");
        Process demo = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(demo.waitFor()).as(output).isZero();
        assertThat(output).contains("kill -9 node-1", "executed twice                  0", "Nothing was lost.");
        assertThat(demo.descendants()).isEmpty();
    }
}
