package io.exchange.examples.cluster;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Three nodes under load, one of which is killed. */
final class Demo {

    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int BUSY_MILLIS = 100;

    private final PrintWriter out;
    private final int targets;
    private final int perSecond;
    private final int seconds;
    private final CountDownLatch never = new CountDownLatch(1);

    Demo(PrintWriter out, int targets, int perSecond, int seconds) {
        this.out = out;
        this.targets = targets;
        this.perSecond = perSecond;
        this.seconds = seconds;
    }

    /** Runs it; gives the exit code: 0 if nothing was lost. */
    int run() throws Exception {
        Cluster.Plan plan = Cluster.Plan.of("node-1", "node-2", "node-3");
        say("Starting three nodes; their logs are in %s".formatted(plan.logs()));
        try (Cluster cluster = Cluster.of(plan)) {
            cluster.startAll();
            List<String> names = cluster.attachConnectors(targets);
            cluster.awaitSettled(SETTLE);
            say("%d connectors of %d targets are attached, every target has a primary".formatted(2 * targets, targets));
            printSpread(cluster);
            load(cluster, names);
            watch(cluster, seconds / 2);
            String victim = cluster.running().get(0);
            say("kill -9 %s, the oldest node".formatted(victim));
            cluster.kill(victim);
            watch(cluster, seconds - seconds / 2);
            cluster.quiet();
            cluster.awaitSettled(SETTLE);
            say("All connectors are attached again, every target has a primary");
            printSpread(cluster);
            return judge(cluster.history());
        }
    }

    private void load(Cluster cluster, List<String> names) {
        long seed = new Random().nextLong();
        cluster.load(
                new Order.Load(names, perSecond, TIMEOUT_MILLIS, BUSY_MILLIS, false, seed),
                cluster.running().toArray(String[]::new));
        say("Every node sends %d commands a second, each to any of the targets".formatted(perSecond));
    }

    private void watch(Cluster cluster, int howLong) throws InterruptedException {
        for (int second = 0; second < howLong; second++) {
            never.await(1, TimeUnit.SECONDS);
            History.Counts counts = cluster.history().counts();
            say("  sent %6d   answered %6d   under way %4d   failed %d"
                    .formatted(counts.sent(), counts.answered(), counts.open(), counts.lost() - counts.open()));
        }
    }

    private void printSpread(Cluster cluster) throws InterruptedException {
        for (Map.Entry<String, Report.Looked> look : cluster.looks().entrySet()) {
            say("  %s holds %d channels"
                    .formatted(look.getKey(), look.getValue().held().size()));
        }
    }

    private int judge(History history) {
        History.Counts counts = history.counts();
        List<String> violations = history.violations();
        say("");
        say("sent                       %6d".formatted(counts.sent()));
        say("answered                   %6d".formatted(counts.answered()));
        counts.failed().forEach((code, number) -> say("failed %-40s %6d".formatted(code, number)));
        say("never ended                %6d".formatted(counts.open()));
        say("sent by the node that died %6d".formatted(counts.diedWithSender()));
        say("executed twice             %6d".formatted(counts.ranTwice()));
        violations.stream().limit(20).forEach(violation -> say("WRONG: %s".formatted(violation)));
        boolean good = counts.lost() == 0 && violations.isEmpty();
        say(good ? "Nothing was lost." : "Something was lost.");
        return good ? 0 : 1;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
