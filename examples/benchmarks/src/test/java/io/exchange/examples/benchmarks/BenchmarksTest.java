package io.exchange.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** That the workloads run at all and say what they should; how fast they are is nobody's business here. */
@Timeout(180)
class BenchmarksTest {

    private static final String[] FIELDS = {
        "workload",
        "n",
        "inflight",
        "payload_bytes",
        "commands_per_s",
        "p50_us",
        "p99_us",
        "p999_us",
        "errors",
        "cpu_us_per_command",
        "allocated_bytes_per_command",
        "baseline",
        "ratio"
    };

    @Test
    void embedded_prints_a_line_for_the_loop_and_one_for_a_foreign_thread() {
        List<JsonObject> lines = run("embedded", "--inflight=64");
        assertThat(lines)
                .extracting(line -> line.getString("workload"))
                .containsExactly("embedded-own-loop", "embedded-foreign-thread");
        assertThat(lines).allSatisfy(BenchmarksTest::isComplete);
    }

    @Test
    void grpc_prints_a_line_for_raw_bytes_and_one_for_json() {
        List<JsonObject> lines = run("grpc", "--inflight=16", "--payload=100");
        assertThat(lines).extracting(line -> line.getString("workload")).containsExactly("grpc", "grpc-json");
        assertThat(lines).allSatisfy(BenchmarksTest::isComplete);
    }

    @Test
    void a_workload_that_does_not_exist_is_refused() {
        CommandLine command =
                new CommandLine(new Benchmarks(System.out)).setErr(new PrintWriter(new ByteArrayOutputStream()));
        assertThat(command.execute("nothing")).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    private static List<JsonObject> run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CommandLine command = new CommandLine(new Benchmarks(new PrintStream(out, true, StandardCharsets.UTF_8)));
        String[] all = List.of(arguments).toArray(new String[arguments.length + 3]);
        all[arguments.length] = "--n=1";
        all[arguments.length + 1] = "--warmup=0.1";
        all[arguments.length + 2] = "--measure=0.3";
        assertThat(command.execute(all)).isZero();
        return out.toString(StandardCharsets.UTF_8).lines().map(JsonObject::new).toList();
    }

    private static void isComplete(JsonObject line) {
        assertThat(line.fieldNames()).contains(FIELDS);
        assertThat(line.getInteger("errors")).isZero();
        assertThat(line.getLong("commands_per_s")).isPositive();
        assertThat(line.getJsonObject("baseline").getLong("commands_per_s")).isPositive();
        assertThat(line.getDouble("ratio")).isPositive();
    }
}
