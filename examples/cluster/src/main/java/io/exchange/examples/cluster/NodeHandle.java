package io.exchange.examples.cluster;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** The process of a node, seen from outside: orders to it, reports from it, and what can be done to it. */
final class NodeHandle {

    private static final Duration LOOK_PATIENCE = Duration.ofSeconds(10);

    private final NodeSettings settings;
    private final Process process;
    private final Path log;
    private final BufferedWriter orders;
    private final BlockingQueue<Report> unread = new LinkedBlockingQueue<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final Thread reader;

    private NodeHandle(NodeSettings settings, Process process, Path log, BiConsumer<NodeSettings, Report> events) {
        this.settings = settings;
        this.process = process;
        this.log = log;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.reader = new Thread(() -> read(events), "reports of " + settings.nodeId());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a node.
     *
     * @param settings its settings
     * @param place where it runs
     * @param logs the directory for its log
     * @param events takes what it says of commands and of targets that went
     */
    static NodeHandle start(
            NodeSettings settings, Network.Place place, Path logs, BiConsumer<NodeSettings, Report> events)
            throws IOException {
        List<String> command = new ArrayList<>(place.prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NodeProcess.class.getName()));
        command.add(Lines.write(settings));
        Path log = logs.resolve(settings.nodeId() + ".log");
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        return new NodeHandle(settings, process, log, events);
    }

    private void read(BiConsumer<NodeSettings, Report> events) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Report report = Lines.read(line, Report.class);
                if (report instanceof Report.Sent || report instanceof Report.Ended || report instanceof Report.Went) {
                    events.accept(settings, report);
                } else {
                    unread.add(report);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            // the last line of a process that was killed may be cut
            unread.clear();
        }
    }

    NodeSettings settings() {
        return settings;
    }

    String nodeId() {
        return settings.nodeId();
    }

    String endpoint() {
        return "http://" + settings.connectorHost() + ":" + settings.connectorPort();
    }

    void order(Order order) {
        try {
            orders.write(Lines.write(order));
            orders.newLine();
            orders.flush();
        } catch (IOException e) {
            throw new IllegalStateException(nodeId() + " takes no orders, " + logTail(), e);
        }
    }

    /** Waits for a report; those of other kinds before it are skipped. */
    <R extends Report> R await(Class<R> kind, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            Report report = unread.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (report == null) {
                throw new IllegalStateException(
                        nodeId() + " did not report " + kind.getSimpleName() + " in time, " + logTail());
            }
            if (kind.isInstance(report)) {
                return kind.cast(report);
            }
        }
    }

    /** What it sees and has, after a moment. */
    Report.Looked look(Duration after) throws InterruptedException {
        int number = looks.incrementAndGet();
        order(new Order.Look(number, after.toMillis()));
        while (true) {
            Report.Looked looked = await(Report.Looked.class, after.plus(LOOK_PATIENCE));
            if (looked.number() == number) {
                return looked;
            }
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it by SIGKILL; returns when it is gone and all that it said has been read. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
        reader.join();
    }

    /** Waits until it has ended by itself, and all that it said has been read. */
    void awaitEnd(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(nodeId() + " has stopped and its process goes on, " + logTail());
        }
        reader.join();
    }

    /** Stops its clock, so to speak: SIGSTOP. */
    void freeze() throws IOException {
        Shell.run(List.of("kill", "-STOP", Long.toString(process.pid())));
    }

    /** Lets it go on: SIGCONT. */
    void thaw() throws IOException {
        Shell.run(List.of("kill", "-CONT", Long.toString(process.pid())));
    }

    private String logTail() {
        final int lines = 30;
        try {
            List<String> all = Files.readAllLines(log);
            return "its log ends:\n" + String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "its log cannot be read: " + e;
        }
    }
}
