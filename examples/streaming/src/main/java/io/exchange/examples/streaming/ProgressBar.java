package io.exchange.examples.streaming;

import java.io.PrintStream;
import java.util.Locale;

/** A line that fills up: rewritten in place on a terminal, one line for each tenth elsewhere. */
final class ProgressBar {

    private static final int WIDTH = 40;

    private final PrintStream out;
    private final boolean inPlace;
    private final long total;
    private int shown = -1;

    ProgressBar(PrintStream out, boolean inPlace, long total) {
        this.out = out;
        this.inPlace = inPlace;
        this.total = total;
    }

    void show(long done) {
        int steps = (int) (done * (inPlace ? WIDTH : 10) / total);
        if (steps == shown) {
            return;
        }
        shown = steps;
        int filled = (int) (done * WIDTH / total);
        String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
        String line = String.format(Locale.ROOT, "  [%s] %3d %%  %d MB", bar, done * 100 / total, done / 1_000_000);
        if (inPlace) {
            out.print("\r" + line);
        } else {
            out.println(line);
        }
    }

    void end() {
        if (inPlace) {
            out.println();
        }
    }
}
