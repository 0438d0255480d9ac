package io.exchange.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
        List<JsonObject> lines = run(1, "embedded", "--inflight=64");
        assertThat(lines)
                .extracting(line -> line.getString("workload"))
                .containsExactly("embedded-own-loop", "embedded-foreign-thread");
        assertThat(lines).allSatisfy(BenchmarksTest::isComplete);
    }

    @Test
    void grpc_prints_a_line_for_raw_bytes_and_one_for_json() {
        List<JsonObject> lines = run(1, "grpc", "--inflight=16", "--payload=100");
        assertThat(lines).extracting(line -> line.getString("workload")).containsExactly("grpc", "grpc-json");
        assertThat(lines).allSatisfy(BenchmarksTest::isComplete);
    }

    @Test
    void cluster_prints_a_line_for_one_target_and_one_for_all_of_them() {
        List<JsonObject> lines = run(5, "cluster", "--inflight=1");
        assertThat(lines).extracting(line -> line.getString("workload")).containsExactly("cluster", "cluster-spread");
        assertThat(lines).allSatisfy(BenchmarksTest::isComplete);
        assertThat(lines.get(0).getJsonObject("other_baseline").getLong("commands_per_s"))
                .isPositive();
    }

    @Test
    void failover_tells_every_holder_and_loses_and_repeats_nothing() {
        JsonObject line = run(4, "failover", "--lease=1").get(0);
        int back = line.getJsonObject("reattached_after_kill_ms").getInteger("count");
        int replaced = line.getJsonObject("replaced_after_kill_ms").getInteger("count");
        assertThat(back + replaced).isGreaterThanOrEqualTo(4);
        assertThat(replaced).isGreaterThanOrEqualTo(2);
        assertThat(line.getLong("commands")).isPositive();
    }

    @Test
    void sweep_sees_every_record_of_the_node_that_died() {
        JsonObject changes = run(20, "sweep", "--lease=1").get(0).getJsonObject("changes");
        assertThat(changes.getJsonObject("TARGET_WENT").getInteger("count")).isEqualTo(20);
    }

    @Test
    void state_weighs_records_and_lets_a_node_join() {
        JsonObject line = run(100, "state").get(0);
        assertThat(line.getDouble("resync_ms")).isPositive();
        assertThat(line.getJsonObject("join").getDouble("node_ms")).isPositive();
    }

    @Test
    void attach_and_heap_spread_connectors_over_two_nodes() {
        assertThat(run(4, "attach", "--nodes=2")).allSatisfy(BenchmarksTest::isComplete);
        assertThat(run(4, "heap", "--nodes=2").get(0).getInteger("nodes")).isEqualTo(2);
    }

    @Test
    void the_help_names_every_workload() {
        String help = new CommandLine(new Benchmarks(System.out)).getUsageMessage();
        assertThat(Workload.values()).allSatisfy(workload -> assertThat(help).contains(workload.label() + ": "));
    }

    @Test
    void a_workload_that_does_not_exist_is_refused() {
        CommandLine command =
                new CommandLine(new Benchmarks(System.out)).setErr(new PrintWriter(new ByteArrayOutputStream()));
        assertThat(command.execute("nothing")).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    private static List<JsonObject> run(int n, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CommandLine command = new CommandLine(new Benchmarks(new PrintStream(out, true, StandardCharsets.UTF_8)));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--n=" + n, "--warmup=0.1", "--measure=0.3"));
        // processes that live for seconds
        all.addAll(List.of("--jvm=-XX:TieredStopAtLevel=1", "--jvm=-XX:+UseSerialGC"));
        assertThat(command.execute(all.toArray(String[]::new))).isZero();
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
