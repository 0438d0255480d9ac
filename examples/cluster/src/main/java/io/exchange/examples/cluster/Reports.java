package io.exchange.examples.cluster;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The output of a node, written by a thread of its own, so that no event loop waits for a reader. Safe for any thread. */
final class Reports {

    private final BlockingQueue<Optional<Report>> unsaid = new LinkedBlockingQueue<>();
    private final PrintStream out;

    Reports(PrintStream out) {
        this.out = out;
        new Thread(this::write, "reports").start();
    }

    void say(Report report) {
        unsaid.add(Optional.of(report));
    }

    /** Ends the thread once everything is said. */
    void close() {
        unsaid.add(Optional.empty());
    }

    private void write() {
        try {
            Optional<Report> report = unsaid.take();
            while (report.isPresent()) {
                out.println(Lines.write(report.get()));
                report = unsaid.take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
