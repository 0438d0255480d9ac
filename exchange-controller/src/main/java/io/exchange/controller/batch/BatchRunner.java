package io.exchange.controller.batch;

import io.exchange.api.ExchangeObserver;
import io.exchange.channel.Alarm;
import io.exchange.channel.Loop;
import io.exchange.controller.BatchState;
import io.exchange.controller.cluster.Registration;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The batches that a node runs: those that were submitted to it, and those among the ones it keeps that nobody runs. Confined to the
 * node's loop, but for its public methods.
 */
public final class BatchRunner {

    /**
     * What it works with.
     *
     * @param nodeId this process life of the node
     * @param store where batches are kept
     * @param sender sends one try of a command
     * @param loop the node's own loop
     * @param mayRun whether nobody can have taken over what this node holds
     * @param nodes the nodes that are there, this one among them
     * @param isGone whether nothing is done any more in the name of a node
     * @param chance from 0, included, to 1: how long to wait before another try
     * @param observer told of batches that are taken and end here
     */
    public record Parts(
            String nodeId,
            BatchStore store,
            CommandSender sender,
            Loop loop,
            BooleanSupplier mayRun,
            Supplier<Set<String>> nodes,
            Function<String, Future<Boolean>> isGone,
            DoubleSupplier chance,
            ExchangeObserver observer) {}

    private static final Logger LOG = System.getLogger("io.exchange.controller.Batches");
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int LOOKS_EACH = 5;

    private final Parts parts;
    private final Map<String, BatchRun> runs = new HashMap<>();
    private final Set<String> considered = new HashSet<>();
    private final Set<Alarm> retries = new HashSet<>();
    private final Alarm look = new Alarm(this::look);
    private final Registration registration;
    private boolean halted;
    private int looks;

    /**
     * The runner of a node, which looks for batches from now on.
     *
     * @param parts what it works with
     */
    public BatchRunner(Parts parts) {
        this.parts = parts;
        this.registration = parts.store.listen(batchId -> parts.loop.execute(() -> changed(batchId)));
        parts.loop.execute(this::look);
    }

    private void changed(String batchId) {
        BatchRun run = runs.get(batchId);
        if (run != null) {
            run.look();
        }
    }

    /** Looks for batches that nobody runs, and for those that can be forgotten. */
    private void look() {
        if (halted) {
            return;
        }
        looks++;
        boolean everywhere = looks % LOOKS_EACH == 0;
        if (everywhere) {
            runs.values().forEach(BatchRun::look); // what told of a change may have got lost
        }
        if (!parts.mayRun.getAsBoolean()) {
            lookAgain();
            return;
        }
        // so what this node has and does not know of is due as well: its record seemed gone, or an answer was lost
        Set<String> others = new HashSet<>(parts.nodes.get());
        others.remove(parts.nodeId);
        Future<List<String>> found = everywhere ? parts.store.due(others) : parts.store.dueHere(others);
        found.onComplete(due -> parts.loop.execute(() -> {
            if (due.succeeded()) {
                due.result().forEach(this::consider);
            } else {
                LOG.log(Level.WARNING, "batches could not be looked for; they will be again", due.cause());
            }
            lookAgain();
        }));
    }

    private void lookAgain() {
        if (!halted) {
            parts.loop.schedule(look, parts.loop.nanoTime() + LOOK_NANOS);
        }
    }

    private void consider(String batchId) {
        if (halted || runs.containsKey(batchId) || !considered.add(batchId)) {
            return;
        }
        parts.store
                .read(batchId)
                .compose(read -> read.map(this::takeOrForget).orElseGet(Future::succeededFuture))
                .onComplete(done -> parts.loop.execute(() -> {
                    considered.remove(batchId);
                    if (done.failed()) {
                        LOG.log(Level.WARNING, "batch " + batchId + " is looked at again later", done.cause());
                    }
                }));
    }

    private Future<Void> takeOrForget(BatchRecord record) {
        if (record.hasEnded()) {
            return record.isForgettable(parts.store.clusterTime())
                    ? parts.store.remove(record).compose(removed -> parts.store.removeCommands(record))
                    : Future.succeededFuture();
        }
        String holder = record.claim().nodeId();
        boolean isOurs = holder.equals(parts.nodeId); // taken, though the answer got lost
        Future<Boolean> isFree =
                !record.claim().isHeld() || isOurs ? Future.succeededFuture(true) : parts.isGone.apply(holder);
        return isFree.compose(free -> free ? take(record) : Future.succeededFuture());
    }

    /** Until there is an answer: this node may have it already, and then nobody else would go on with it. */
    private Future<Void> take(BatchRecord record) {
        Promise<Void> answered = Promise.promise();
        BatchEvent taken = new BatchEvent.Taken(record.claim(), parts.nodeId, parts.store.clusterTime());
        parts.store
                .submit(record.id(), Claim.NONE, List.of(taken))
                .compose(nothing -> parts.store.read(record.id()))
                .onComplete(read -> parts.loop.execute(() -> {
                    if (read.succeeded()) {
                        read.result().ifPresent(this::goOn);
                        answered.complete();
                    } else {
                        retry(() -> take(record).onComplete(answered));
                    }
                }));
        return answered.future();
    }

    private void retry(Runnable action) {
        if (!halted) {
            AtomicReference<Alarm> self = new AtomicReference<>();
            Alarm alarm = new Alarm(() -> {
                retries.remove(self.get());
                action.run();
            });
            self.set(alarm);
            retries.add(alarm);
            parts.loop.schedule(alarm, parts.loop.nanoTime() + LOOK_NANOS);
        }
    }

    private void goOn(BatchRecord record) {
        boolean isFirst = record.claim().epoch() == 1;
        if (start(record) && !isFirst) {
            LOG.log(Level.INFO, "goes on with batch {0}, which nobody ran any more", record.id());
            parts.observer.batchTaken();
        }
    }

    /**
     * Takes a batch that was just accepted, and runs it. Any thread.
     *
     * @param record its record
     */
    public void run(BatchRecord record) {
        parts.loop.execute(() -> {
            if (!halted && considered.add(record.id())) {
                take(record).onComplete(taken -> considered.remove(record.id()));
            }
        });
    }

    private boolean start(BatchRecord record) {
        boolean isOurs = record.claim().nodeId().equals(parts.nodeId) && !record.hasEnded();
        if (!isOurs || runs.containsKey(record.id())) {
            return false;
        }
        BatchRun run = new BatchRun(
                new BatchRun.Parts(
                        parts.store,
                        parts.sender,
                        parts.loop,
                        parts.mayRun,
                        parts.chance,
                        ended -> over(record.id(), ended)),
                record);
        runs.put(record.id(), run);
        if (halted) {
            run.halt(Duration.ZERO);
        } else {
            run.advance();
        }
        return true;
    }

    private void over(String batchId, Optional<BatchRecord> ended) {
        runs.remove(batchId);
        ended.ifPresent(record -> {
            parts.store
                    .removeCommands(record)
                    .onFailure(e -> LOG.log(Level.WARNING, "the commands of batch " + batchId + " are kept on", e));
            tellEnd(record);
        });
    }

    private void tellEnd(BatchRecord record) {
        int succeeded = (int) record.items().stream()
                .filter(item -> item.state() == BatchState.SUCCEEDED)
                .count();
        Duration elapsed = Duration.ofMillis(record.endedAt() - record.createdAt());
        parts.observer.batchEnded(succeeded, record.items().size() - succeeded, elapsed);
    }

    /**
     * Takes no batch any more, and gives those that it runs back, each when what is under way has ended. Any thread, any number of
     * times.
     *
     * @param patience how long to wait for that at the most
     * @return completes when others may take them
     */
    public Future<Void> release(Duration patience) {
        Promise<Void> done = Promise.promise();
        registration.cancel();
        parts.loop.execute(() -> {
            halted = true;
            look.cancel();
            retries.forEach(Alarm::cancel);
            retries.clear();
            List<Future<Void>> released = List.copyOf(runs.values()).stream()
                    .map(run -> run.halt(patience))
                    .toList();
            Future.join(released).<Void>mapEmpty().onComplete(done);
        });
        return done.future();
    }
}
