package io.exchange.controller.cluster;

import io.exchange.controller.cluster.Inspection.Work;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.Ghosts;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The periodic loop that makes the records say what is so, whatever events got lost: nodes that are gone are cleared from the
 * records that this node keeps, what records claim of this node and is not here is taken out, and what is here is compared
 * with what is kept. Each run may be repeated without harm; events only make it come sooner. Confined to its context.
 */
public final class Reconciler {

    /**
     * What it works on.
     *
     * @param directory the records
     * @param view the nodes
     * @param held what this node holds
     * @param isLeaseOver whether nothing holds any more of a node that is gone, {@link LeaseRounds#isLeaseOver}; called on
     *     the context
     * @param mayElect whether this node may elect, {@link LeaseRounds#mayElect}
     * @param rules how many slots each role has
     */
    public record Parts(
            Directory directory,
            ClusterView view,
            HeldAttaches held,
            Predicate<String> isLeaseOver,
            BooleanSupplier mayElect,
            ElectionRules rules) {}

    /**
     * How long things take.
     *
     * @param look the time between two runs
     * @param lease the longest that anything is granted for
     * @param grace how long a session waits for its channel
     */
    public record Times(Duration look, Duration lease, Duration grace) {}

    private static final Logger LOG = System.getLogger("io.exchange.controller.Cluster");
    private static final int EVENTS_AT_A_TIME = 256;
    private static final long UNFINISHED_MILLIS = 100;
    private static final long NO_TIMER = -1;
    private static final long UNREACHABLE_NANOS = Duration.ofSeconds(5).toNanos();

    private final Context context;
    private final Parts parts;
    private final Times times;
    private final LongSupplier nanoTime;
    private final Registration registration;
    private final Map<String, Long> goneSince = new HashMap<>();
    private final Map<Attach, Long> ghostSince = new HashMap<>();
    private final List<Promise<Void>> waiting = new ArrayList<>();
    private volatile long succeededAt;
    private boolean running;
    private boolean closed;
    private boolean comparesNext;
    private long comparedAt;
    private long timer = NO_TIMER;
    private Consumer<String> repaired = targetId -> {};

    /**
     * The loop of a node, which does not run yet.
     *
     * @param context the context of the {@link LeaseRounds}
     * @param parts what it works on
     * @param times how long things take
     * @param nanoTime the monotonic clock
     */
    public Reconciler(Context context, Parts parts, Times times, LongSupplier nanoTime) {
        this.context = context;
        this.parts = parts;
        this.times = times;
        this.nanoTime = nanoTime;
        this.comparedAt = nanoTime.getAsLong();
        this.succeededAt = comparedAt;
        this.registration = parts.view().listen(new ViewListener());
    }

    /**
     * Sets who is told. Before the first run.
     *
     * @param listener is told of each target whose record was put right, on the context of the loop
     */
    public void onRepair(Consumer<String> listener) {
        repaired = listener;
    }

    /** Makes the next run come now; without a run before it, starts the loop. Any thread. */
    public void soon() {
        Future<Void> unused = run();
    }

    /**
     * Runs once more. Any thread.
     *
     * @return completes after a run that began after the call; one that fails is logged, and comes again
     */
    public Future<Void> run() {
        Promise<Void> ended = Promise.promise();
        context.runOnContext(nothing -> {
            waiting.add(ended);
            begin();
        });
        return ended.future();
    }

    /**
     * Whether the records could be reached of late. Any thread.
     *
     * @return whether a run succeeded within the time of three
     */
    public boolean reachesRecords() {
        return nanoTime.getAsLong() - succeededAt < 3 * times.look().toNanos() + UNREACHABLE_NANOS;
    }

    /** Compares, with the next run, all that is kept with what is known here. Any thread. */
    public void compareSoon() {
        context.runOnContext(nothing -> {
            comparesNext = true;
            begin();
        });
    }

    private void begin() {
        if (running || closed) {
            return;
        }
        running = true;
        context.owner().cancelTimer(timer);
        List<Promise<Void>> served = List.copyOf(waiting);
        waiting.clear();
        once().onComplete(result -> context.runOnContext(nothing -> {
            running = false;
            if (result.failed()) {
                LOG.log(Level.WARNING, "records could not be reconciled; they will be again", result.cause());
            } else {
                succeededAt = nanoTime.getAsLong();
            }
            served.forEach(Promise::complete);
            next(result.succeeded() && result.result());
        }));
    }

    private void next(boolean unfinished) {
        if (closed) {
            waiting.forEach(Promise::complete);
        } else if (!waiting.isEmpty() || comparesNext) {
            begin();
        } else {
            long delay = unfinished ? UNFINISHED_MILLIS : times.look().toMillis();
            timer = context.owner().setTimer(delay, id -> context.runOnContext(nothing -> begin()));
        }
    }

    /** One run; whether it should be followed by another at once. */
    private Future<Boolean> once() {
        // first the records, then the nodes: whoever a record names had joined before
        Collection<TargetRecord> records = parts.directory().snapshot();
        return parts.view()
                .refresh()
                .compose(nothing -> inspect(records))
                .compose(inspection ->
                        act(inspection).compose(done -> compareIfDue()).map(compared -> inspection.isUnfinished()));
    }

    private Future<Inspection> inspect(Collection<TargetRecord> records) {
        Inspection inspection = new Inspection(scene());
        return context.executeBlocking(
                () -> {
                    records.forEach(inspection::look);
                    return inspection;
                },
                false);
    }

    private Inspection.Scene scene() {
        Set<String> present = parts.view().nodes().keySet();
        goneSince.keySet().removeAll(present);
        Set<String> leaseOver = new HashSet<>(goneSince.keySet());
        leaseOver.removeIf(Predicate.not(parts.isLeaseOver()));
        Set<String> graceOver = new HashSet<>(goneSince.keySet());
        graceOver.removeIf(nodeId -> !hasPassed(goneSince.getOrDefault(nodeId, 0L), times.grace()));
        return new Inspection.Scene(
                parts.view().nodeId(),
                present,
                leaseOver,
                graceOver,
                parts.directory()::isKeptHere,
                parts.held()::isHere,
                parts.rules().withElecting(parts.mayElect().getAsBoolean()),
                parts.directory().clusterTime());
    }

    private boolean hasPassed(long sinceNanos, Duration time) {
        return nanoTime.getAsLong() - sinceNanos >= time.toNanos() + time.toNanos() / 100;
    }

    private Future<Void> act(Inspection inspection) {
        long now = nanoTime.getAsLong();
        goneSince.keySet().retainAll(inspection.gone());
        for (String nodeId : inspection.gone()) {
            if (goneSince.putIfAbsent(nodeId, now) == null) {
                LOG.log(Level.INFO, "records name node {0}, which is gone", nodeId);
                if (parts.isLeaseOver().test(nodeId)) {
                    soon();
                }
            }
        }
        return Bounded.forEach(inspection.work(), EVENTS_AT_A_TIME, this::submit)
                .compose(failed -> clearGhosts(inspection.ghosts(), now));
    }

    private Future<Void> submit(Work work) {
        return submit(work.targetId(), work.events());
    }

    private Future<Void> submit(String targetId, List<TargetEvent> events) {
        Future<Void> last = Future.succeededFuture();
        for (TargetEvent event : events) {
            last = last.compose(nothing -> parts.directory().submit(targetId, event))
                    .mapEmpty();
        }
        return events.isEmpty() ? last : last.onSuccess(done -> repaired.accept(targetId));
    }

    /**
     * Takes out what is claimed of this node and not here. Only after one lease: the attach of a session may have been made
     * though this node was never told so, and its connector holds on until then.
     */
    private Future<Void> clearGhosts(Map<Attach, String> ghosts, long now) {
        ghostSince.keySet().retainAll(ghosts.keySet());
        Set<Attach> old = new HashSet<>();
        Set<String> targets = new HashSet<>();
        ghosts.forEach((attach, targetId) -> {
            if (hasPassed(ghostSince.computeIfAbsent(attach, key -> now), times.lease())) {
                old.add(attach);
                targets.add(targetId);
            }
        });
        return Bounded.forEach(
                        targets,
                        EVENTS_AT_A_TIME,
                        targetId -> parts.directory()
                                .read(targetId)
                                .compose(record -> submit(targetId, ghostEvents(record, old))))
                .mapEmpty();
    }

    private List<TargetEvent> ghostEvents(TargetRecord record, Set<Attach> old) {
        return Ghosts.events(
                record,
                parts.view().nodeId(),
                attach -> !old.contains(attach) || parts.held().isHere(attach),
                parts.directory().clusterTime());
    }

    private Future<Void> compareIfDue() {
        long now = nanoTime.getAsLong();
        if (!comparesNext && now - comparedAt < times.look().toNanos()) {
            return Future.succeededFuture();
        }
        comparesNext = false;
        comparedAt = now;
        return parts.directory()
                .resync()
                .onSuccess(nothing -> parts.held()
                        .targets()
                        .forEach(
                                targetId -> parts.held().audit(parts.directory().lookup(targetId))));
    }

    /**
     * Ends the loop.
     *
     * @return completes when no run is under way and no timer is left
     */
    public Future<Void> close() {
        registration.cancel();
        Promise<Void> ended = Promise.promise();
        context.runOnContext(nothing -> {
            closed = true;
            context.owner().cancelTimer(timer);
            if (running) {
                waiting.add(ended);
            } else {
                waiting.forEach(Promise::complete);
                ended.complete();
            }
        });
        return ended.future();
    }

    private final class ViewListener implements ClusterView.Listener {

        @Override
        public void nodeJoined(ClusterView.Node node) {
            compareSoon();
        }

        @Override
        public void nodeLeft(String nodeId) {
            soon();
            compareSoon();
        }
    }
}
