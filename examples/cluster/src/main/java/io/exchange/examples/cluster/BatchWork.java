package io.exchange.examples.cluster;

import io.exchange.controller.Batch;
import io.exchange.controller.BatchState;
import io.exchange.controller.BatchStatus;
import io.exchange.controller.Batches;
import java.time.Duration;
import java.util.List;

/** Batches that a node is told to run, and to tell of. Safe for any thread. */
final class BatchWork {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Batches batches;
    private final Reports reports;

    BatchWork(Batches batches, Reports reports) {
        this.batches = batches;
        this.reports = reports;
    }

    void run(Order.RunBatch order) {
        Batch batch = Batch.of("work").withId(order.id()).withConcurrency(order.concurrency());
        for (int i = 0; i < order.commands(); i++) {
            String target = order.targets().get(i % order.targets().size());
            batch = batch.with(
                    target, Work.TYPE.command(new Work(order.millis())).withTimeout(TIMEOUT));
        }
        batches.submit(batch)
                .onComplete(
                        kept -> reports.say(new Report.BatchIsKept("")),
                        failure -> reports.say(new Report.BatchIsKept(String.valueOf(failure))));
    }

    void await(Order.AwaitBatch order) {
        batches.ended(order.id())
                .onComplete(
                        this::tell,
                        failure -> reports.say(
                                new Report.BatchHasEnded(order.id(), "NO END", 0, List.of(String.valueOf(failure)))));
    }

    private void tell(BatchStatus status) {
        reports.say(new Report.BatchHasEnded(
                status.id(),
                status.state().name(),
                status.count(BatchState.SUCCEEDED),
                status.commands().stream()
                        .filter(item -> item.state() != BatchState.SUCCEEDED)
                        .map(BatchStatus.Item::toString)
                        .toList()));
    }
}
