package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A process of this same jar in a role of its own, seen from the one that started it. */
final class ChildProcess implements AutoCloseable {

    private static final List<String> MEMORY = List.of("-Xms512m", "-Xmx3g");
    private static final long ANSWER_SECONDS = 2 * Role.PATIENCE_SECONDS;

    /** A child that is asked to end may have a flight recording to write. */
    private static final long END_SECONDS = 10;

    private final String role;
    private final Process process;
    private final BufferedReader answers;
    private final PrintStream requests;
    private final Thread killer;

    private ChildProcess(String role, Process process) {
        this.role = role;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /** Starts a child, and does not wait until it is there. */
    static ChildProcess start(String role, List<String> jvmOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(MEMORY);
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Benchmarks.class.getName()));
        command.addAll(List.of(Child.ARGUMENT, role));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new ChildProcess(role, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the child to do something and waits for its answer. */
    JsonObject ask(String what, JsonObject with) {
        requests.println(with.copy().put("do", what).encode());
        String line = CompletableFuture.supplyAsync(this::readLine)
                .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .join();
        JsonObject answer = new JsonObject(line);
        if (answer.containsKey("error")) {
            throw new IllegalStateException(role + " could not " + what + ": " + answer.getString("error"));
        }
        return answer;
    }

    JsonObject ask(String what) {
        return ask(what, new JsonObject());
    }

    Usage usage() {
        return Usage.of(ask("use"));
    }

    /** Ends it at once, without a word to it. */
    void kill() {
        process.destroyForcibly();
    }

    private String readLine() {
        try {
            String line = answers.readLine();
            while (line != null && !line.startsWith("{")) {
                line = answers.readLine(); // the Java virtual machine itself may have something to say first
            }
            if (line == null) {
                throw new IllegalStateException(role + " has ended");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        requests.close();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            process.destroyForcibly(); // shutting down already: the hook does the same
        }
    }
}
