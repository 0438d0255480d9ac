package io.exchange.examples.cluster;

import io.exchange.api.Delivery;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One fault after the other, for as long as one likes. */
@Command(
        name = "soak",
        description = {
            "Harms a cluster under load, one fault after the other, and checks after each that nothing has happened that must"
                    + " not, and that all settles. Which faults, and whom they hit, follows from the seed.",
            ""
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:All was well.", "1:Something was not, as is said.", "2:The command line is wrong."})
final class Soak implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int BUSY_MILLIS = 300;
    private static final int SHOWN = 20;
    private static final int BATCH_COMMANDS = 200;
    private static final int BATCH_BUSY_MILLIS = 100;
    private static final int BATCH_CONCURRENCY = 4;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "PT10M",
            description = "For how long, as PT30S, PT10M or PT2H. Default: ${DEFAULT-VALUE}.")
    private Duration duration = Duration.ZERO;

    @Option(names = "--seed", paramLabel = "N", description = "Repeats the faults of a run. Default: by chance.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--targets",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many targets, with two connectors each. Default: ${DEFAULT-VALUE}.")
    private int targets;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many commands each node sends in a second. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--quorum",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many of the three nodes must see each other. Default: ${DEFAULT-VALUE}.")
    private int quorum;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many commands to print after each fault that got no answer. Default: ${DEFAULT-VALUE}.")
    private int examples;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "FAULT",
            description = "Only these: ${COMPLETION-CANDIDATES}.")
    private List<Fault> only = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Map<Fault, Integer> rounds = new TreeMap<>();
    private final Map<String, Integer> failed = new TreeMap<>();
    private int sent;
    private int answered;
    private int batches;
    private int batchCommandsFailed;
    private long longestSettleMillis;

    @Override
    public Integer call() throws Exception {
        long start = seed.orElseGet(() -> new Random().nextLong());
        Optional<Namespaces> namespaces = Namespaces.open();
        List<Fault> faults = faults(namespaces.isPresent());
        Cluster.Plan plan = Cluster.Plan.of("a", "b", "c").withQuorum(quorum);
        say("Seed %d, faults %s, logs in %s".formatted(start, faults, plan.logs()));
        try (Cluster cluster =
                Cluster.of(plan, namespaces.<Network>map(found -> found).orElseGet(Network::loopback))) {
            cluster.startAll();
            List<String> names = cluster.attachConnectors(targets);
            cluster.awaitSettled(PATIENCE);
            boolean good = soak(cluster, names, faults, new Random(start));
            summarize(start);
            return good ? 0 : 1;
        }
    }

    private List<Fault> faults(boolean canPart) {
        List<Fault> faults = new ArrayList<>(only.isEmpty() ? List.of(Fault.values()) : only);
        if (!canPart && faults.remove(Fault.PARTITION)) {
            say("No partitions: network namespaces are not to be had here, they take root and iproute2");
        }
        return faults;
    }

    private boolean soak(Cluster cluster, List<String> names, List<Fault> faults, Random random) throws Exception {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            Fault fault = faults.get(random.nextInt(faults.size()));
            List<String> wrong = round(cluster, names, fault, random);
            rounds.merge(fault, 1, Integer::sum);
            wrong.stream().limit(SHOWN).forEach(violation -> say("WRONG: %s".formatted(violation)));
            if (!wrong.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private List<String> round(Cluster cluster, List<String> names, Fault fault, Random random) throws Exception {
        History history = cluster.history();
        cluster.load(
                new Order.Load(names, rate, TIMEOUT_MILLIS, BUSY_MILLIS, true, random.nextLong()),
                cluster.running().toArray(String[]::new));
        history.awaitAnswers(rate, PATIENCE);
        String batch = "batch-" + batches++;
        String taker = cluster.running().get(random.nextInt(cluster.running().size()));
        cluster.submit(new Order.RunBatch(batch, names, BATCH_COMMANDS, BATCH_BUSY_MILLIS, BATCH_CONCURRENCY), taker);
        List<String> gateways =
                cluster.gateways().all().keySet().stream().sorted().toList();
        Fault.Repair repair = fault.strike(cluster, random, gateways);
        // long enough for some faults to be noticed, too short for others
        history.awaitAnswers(rate * (1 + random.nextInt(20)), PATIENCE);
        repair.undo().run();
        history.awaitAnswers(rate, PATIENCE);
        cluster.quiet();
        batchCommandsFailed += awaitBatch(cluster, batch);
        long quiet = System.nanoTime();
        cluster.awaitSettled(PATIENCE);
        long settleMillis = (System.nanoTime() - quiet) / 1_000_000;
        longestSettleMillis = Math.max(longestSettleMillis, settleMillis);
        return check(history, repair.what(), settleMillis);
    }

    /** A batch that was accepted ends, whatever became of its node, or this fails. Gives how many of its commands did not succeed. */
    private int awaitBatch(Cluster cluster, String batch) throws InterruptedException {
        Report.BatchHasEnded end = cluster.awaitBatch(batch, cluster.running().get(0), PATIENCE);
        end.others().stream().limit(examples).forEach(command -> say("  %s".formatted(command)));
        return end.others().size();
    }

    private List<String> check(History history, String what, long settleMillis) {
        History.Counts counts = history.counts();
        List<String> wrong = history.violations();
        say("%-26s sent %5d, failed %s, settled after %d ms"
                .formatted(what, counts.sent(), counts.failed(), settleMillis));
        history.unanswered(Delivery.RESUME).stream().limit(examples).forEach(command -> say("  %s".formatted(command)));
        sent += counts.sent();
        answered += counts.answered();
        counts.failed().forEach((code, number) -> failed.merge(code, number, Integer::sum));
        history.forget();
        return wrong;
    }

    private void summarize(long start) {
        say("");
        say("seed       %d".formatted(start));
        say("faults     %s".formatted(rounds));
        say("sent       %d".formatted(sent));
        say("answered   %d".formatted(answered));
        say("failed     %s".formatted(failed));
        say("batches    %d of %d commands each, all ended; %d commands not well"
                .formatted(batches, BATCH_COMMANDS, batchCommandsFailed));
        say("settled    after %d ms at the latest".formatted(longestSettleMillis));
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
