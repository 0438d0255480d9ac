package io.exchange.examples.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Measures the exchange. Each measurement is one JSON object on a line of standard output; everything else goes to standard
 * error.
 */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpWidth = 120,
        description =
                "Measures the exchange against the bare platform: one JSON object on each line of standard output.")
public final class Benchmarks implements Callable<Integer> {

    private static final String ALL = "all";

    private final PrintStream out;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Parameters(
            paramLabel = "WORKLOAD",
            completionCandidates = Labels.class,
            description = "What to measure: ${COMPLETION-CANDIDATES}.")
    private String workload = "";

    @Option(names = "--n", split = ",", paramLabel = "N", description = "Numbers of connectors; by default several.")
    private List<Integer> n = new ArrayList<>();

    @Option(
            names = "--inflight",
            split = ",",
            paramLabel = "N",
            description = "Numbers of commands in flight; by default several.")
    private List<Integer> inFlight = new ArrayList<>();

    @Option(
            names = "--payload",
            split = ",",
            paramLabel = "BYTES",
            description = "Lengths of payloads; by default several.")
    private List<Integer> payload = new ArrayList<>();

    @Option(
            names = "--nodes",
            split = ",",
            paramLabel = "N",
            description = "Numbers of nodes, for attach and heap; by default 1 and 2.")
    private List<Integer> nodes = new ArrayList<>();

    @Option(
            names = "--lease",
            paramLabel = "SECONDS",
            description = "The longest that a grant holds, for failover and sweep; default ${DEFAULT-VALUE}.")
    private double lease = 10;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "How long each contender runs before it counts; default ${DEFAULT-VALUE}.")
    private double warmUp = 15;

    @Option(
            names = "--measure",
            paramLabel = "SECONDS",
            description = "How long each contender runs while it counts; default ${DEFAULT-VALUE}.")
    private double measure = 15;

    @Option(
            names = "--jvm",
            paramLabel = "OPTION",
            description = "An option for the Java virtual machines that are measured; may be repeated.")
    private List<String> jvmOptions = new ArrayList<>();

    /** Each workload with what it measures, for the help. */
    static final class Labels implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            Stream<String> each = Arrays.stream(Workload.values())
                    .map(workload -> "%n" + workload.label() + ": " + workload.description());
            return Stream.concat(each, Stream.of("%nall: one after the other")).iterator();
        }
    }

    /**
     * Benchmarks that print to a stream.
     *
     * @param out takes the lines
     */
    Benchmarks(PrintStream out) {
        this.out = out;
    }

    /**
     * Runs workloads; or is one of the processes that a workload starts.
     *
     * @param arguments see {@code --help}
     * @throws IOException if a child cannot talk to its parent
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 2 && arguments[0].equals(Child.ARGUMENT)) {
            Child.main(arguments[1]);
            return;
        }
        System.exit(new CommandLine(new Benchmarks(System.out)).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = new Settings(n, inFlight, payload, nodes, lease, warmUp, measure, jvmOptions);
        for (Workload each : chosen()) {
            each.run(settings, measurement -> out.println(measurement.toLine()));
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Workload> chosen() {
        if (workload.equals(ALL)) {
            return List.of(Workload.values());
        }
        return List.of(Workload.of(workload)
                .orElseThrow(() -> new CommandLine.ParameterException(
                        command.commandLine(), "No workload is called " + workload)));
    }
}
