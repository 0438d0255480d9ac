package io.exchange.examples.benchmarks;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The microbenchmarks of this jar, each in a process of its own that JMH starts. */
final class JmhWorkload {

    private static final int ITERATIONS = 3;
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    private JmhWorkload() {}

    static void run(Settings settings, Consumer<Measurement> out) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("io\\.exchange\\..*Benchmark")
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .forks(1)
                        .warmupIterations(ITERATIONS)
                        .warmupTime(iteration(settings.warmUpSeconds()))
                        .measurementIterations(ITERATIONS)
                        .measurementTime(iteration(settings.measureSeconds()))
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        results.forEach(result -> out.accept(line(result)));
    }

    /** JMH's own iterations share the time; a tenth of it is enough for what takes nanoseconds. */
    private static TimeValue iteration(double seconds) {
        return TimeValue.milliseconds(Math.max(10, Math.round(seconds * 100)));
    }

    private static Measurement line(RunResult result) {
        String name = result.getParams().getBenchmark();
        Result<?> allocation = result.getSecondaryResults().get(ALLOCATION);
        double nanos = result.getPrimaryResult().getScore();
        return Measurement.of("jmh", 0, 0, 0)
                .with("benchmark", name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1))
                .with("nanos_per_operation", nanos)
                .with("error_nanos", result.getPrimaryResult().getScoreError())
                .with("allocated_bytes_per_operation", allocation == null ? Double.NaN : allocation.getScore());
    }
}
