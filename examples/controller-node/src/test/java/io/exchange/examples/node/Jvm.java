package io.exchange.examples.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A command line in a JVM of its own, and what it has printed. Closing it kills that JVM and no other. */
final class Jvm implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    private Jvm(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static Jvm start(Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("EXCHANGE_TOKEN");
        return new Jvm(builder.start());
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(unread::add);
        } catch (IOException e) {
            unread.add("the output cannot be read: " + e);
        }
    }

    /** Waits for a line and gives it. */
    String await(Predicate<String> wanted) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            String line = unread.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(line).as("a line that never came, after %s", lines).isNotNull();
            lines.add(line);
            if (wanted.test(line)) {
                return line;
            }
        }
    }

    String await(String part) throws InterruptedException {
        return await(line -> line.contains(part));
    }

    /** Asks it to stop, as an operator does: SIGTERM. By its handle, as the process itself would close its output too. */
    void terminate() {
        process.toHandle().destroy();
    }

    void kill() {
        process.toHandle().destroyForcibly();
    }

    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("it did not end")
                .isTrue();
        reader.join();
        unread.drainTo(lines);
        return process.exitValue();
    }

    /** What it has printed; all of it once it has ended. */
    String output() {
        return String.join("\n", lines);
    }

    @Override
    public void close() {
        kill();
    }
}
