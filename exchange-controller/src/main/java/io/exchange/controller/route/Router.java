package io.exchange.controller.route;

import io.exchange.api.Call;
import io.exchange.api.Command;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Message;
import io.exchange.api.Route;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamType;
import io.exchange.channel.Alarm;
import io.exchange.channel.CommandIds;
import io.exchange.channel.Loop;
import io.exchange.channel.PendingCommand;
import io.exchange.channel.Session;
import io.exchange.controller.accept.LocalSessions;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.protocol.Frame;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the way of each command: which session of the target it goes to, here or by another node, now or when one comes, and
 * again when the session that it was on is lost. One for each node. Safe for any thread.
 */
public final class Router {

    /**
     * What a router works with.
     *
     * @param nodeId this node
     * @param directory where targets are recorded
     * @param sessions where the sessions of this node are found
     * @param links finds the session of the link to another node
     * @param ids gives ids to commands
     * @param observer told of outcomes
     * @param loop the node's own loop, where commands wait that have no session
     * @param isSure whether what this node reads of the records is the truth, as it is not for one that froze or was cut
     *     off and has not joined the others again
     */
    public record Parts(
            String nodeId,
            Directory directory,
            LocalSessions sessions,
            Function<String, Optional<Session>> links,
            CommandIds ids,
            ExchangeObserver observer,
            Loop loop,
            BooleanSupplier isSure) {}

    private static final long RETURNED_NANOS = Duration.ofMillis(5).toNanos();
    private static final int MOST_DOUBLINGS = 7;

    private final Parts parts;
    private final Loads loads = new Loads();
    private final Ways ways;
    private final WaitingRoom waiting;
    private final OffPath offPath = new OffPath();
    private final Map<String, Future<TargetRecord>> reads = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * The router of a node.
     *
     * @param parts what it works with
     */
    public Router(Parts parts) {
        this.parts = parts;
        this.ways = new Ways(parts.nodeId(), parts.directory(), parts.sessions(), parts.links(), loads);
        this.waiting = new WaitingRoom(parts.loop(), this::route, routed -> find(routed) instanceof Way.By);
    }

    /**
     * Sends a command to a target. Any thread.
     *
     * @param targetId the target
     * @param command the command
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the call, whose reply comes on the caller's context or else on a loop of the exchange
     */
    public <Q, A> Call<A> call(String targetId, Command<Q, A> command) {
        Routed<A> routed = routed(targetId, command, null);
        route(routed);
        return routed.reply;
    }

    /**
     * Sends a command to a target, of which others may go on with if this node is lost. Any thread.
     *
     * @param targetId the target
     * @param command the command, with an id of its own; of the deliveries it may not have AT_LEAST_ONCE
     * @param log what is kept of it beyond this node
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the call, whose reply comes on the caller's context or else on a loop of the exchange
     */
    public <Q, A> Call<A> call(String targetId, Command<Q, A> command, SendLog log) {
        Routed<A> routed = routed(targetId, command, log);
        route(routed);
        return routed.reply;
    }

    /**
     * Sends a command that carries items to a target. Any thread.
     *
     * @param targetId the target
     * @param type the type
     * @param command a command of that type
     * @param <Q> the type of the request
     * @param <U> the type of the items to the handler
     * @param <D> the type of the items to the caller
     * @param <A> the type of the answer
     * @return the call
     */
    public <Q, U, D, A> StreamCall<U, D, A> open(String targetId, StreamType<Q, U, D, A> type, Command<Q, A> command) {
        Routed<A> routed = routed(targetId, command, null);
        StreamCall<U, D, A> call = routed.reply.withStreams(type);
        route(routed);
        return call;
    }

    private <Q, A> Routed<A> routed(String targetId, Command<Q, A> command, @Nullable SendLog log) {
        return new Routed<>(this, targetId, command, parts.ids(), parts.loop(), parts.observer(), log);
    }

    /**
     * Sends a message to any session of a target that is ready. Any thread.
     *
     * @param targetId the target
     * @param message the message
     * @param <M> the type of its payload
     * @return completes when it was sent; fails with NO_CHANNEL if no session is ready
     */
    public <M> Future<Void> send(String targetId, Message<M> message) {
        return transmit(targetId, message)
                .or(() -> parts.directory().isHere()
                        ? Optional.empty()
                        : Optional.of(read(targetId)
                                .compose(record -> transmit(targetId, message).orElseGet(() -> noChannel(targetId)))))
                .orElseGet(() -> noChannel(targetId));
    }

    private <M> Optional<Future<Void>> transmit(String targetId, Message<M> message) {
        return ways.find(targetId, Route.ANY, Delivery.AT_MOST_ONCE) instanceof Way.By way
                        && way.path().state() == Session.State.ATTACHED
                ? Optional.of(way.path().channel().send(message, way.onward()))
                : Optional.empty();
    }

    private static Future<Void> noChannel(String targetId) {
        return Future.failedFuture(
                ErrorCode.NO_CHANNEL.notExecuted("no connector of target " + targetId + " is attached and well"));
    }

    /**
     * A session of the target can take commands that it could not before, or its record is another one. Any thread.
     *
     * @param targetId the target
     */
    public void sessionReady(String targetId) {
        waiting.release(targetId);
    }

    /** There is a link to a node that there was not before. Any thread. */
    public void linkReady() {
        waiting.releaseAll();
    }

    /**
     * Ends what is on no path, and sends nothing any more. Any thread.
     *
     * @return completes when all has ended that was on no path before the call; to be called again when paths have given back
     *     what was on them
     */
    public Future<Void> close() {
        closed = true;
        return waiting.close();
    }

    /** A command comes back from its path. */
    void reroute(Routed<?> routed) {
        comesBack(routed, () -> route(routed));
    }

    private void comesBack(Routed<?> routed, Runnable then) {
        if (routed.isOrdered()) {
            offPath.comesBack(routed, () -> parts.loop().execute(then));
        } else {
            parts.loop().execute(then);
        }
    }

    /** Whether a command with an order key is known to be on no path. */
    boolean hasOrderedOffPath() {
        return !offPath.isEmpty();
    }

    ExchangeObserver observer() {
        return parts.observer();
    }

    /** The node of the session was behind, or this one: looks again after a while. */
    void rerouteLater(Routed<?> routed) {
        comesBack(routed, () -> waiting.add(routed, false));
    }

    /** It came back more than once, as the record is ahead of the node that it names: not as fast as the link can. */
    void rerouteSlowly(Routed<?> routed, int returns) {
        long restNanos = RETURNED_NANOS << Math.min(returns, MOST_DOUBLINGS);
        parts.loop().execute(() -> waiting.rest(routed, parts.loop().nanoTime() + restNanos));
    }

    /** Whether the session that a command was on is on another node now. */
    boolean isElsewhere(Routed<?> routed, String sessionId) {
        return !closed && ways.isElsewhere(routed.targetId, sessionId);
    }

    boolean hasReadyHere(String targetId) {
        return ways.toAnyHere(targetId) instanceof Way.By;
    }

    private Way find(Routed<?> routed) {
        Delivery delivery = routed.command().delivery();
        String bound = routed.onlySession();
        if (bound != null) {
            return routed.isLogged() && routed.route instanceof Route.Holder holder
                    ? ways.toHolder(routed.targetId, bound, holder.role(), delivery)
                    : ways.toSession(routed.targetId, bound, delivery);
        }
        return routed.staysHere() && ways.toAnyHere(routed.targetId) instanceof Way.By here
                ? here
                : ways.find(routed.targetId, routed.route, delivery);
    }

    private void route(Routed<?> routed) {
        if (routed.hasEnded()) {
            return; // cancelled, or its deadline has passed
        }
        if (closed) {
            routed.refuse(ErrorCode.SHUTTING_DOWN, "the controller stops");
            return;
        }
        if (routed.isCancelledUnsent()) {
            routed.expire();
            return;
        }
        if (routed.isOrdered() && !routed.isOffPath() && offPath.followsOthers(routed)) {
            parts.loop().execute(() -> route(routed));
            return;
        }
        Way way = find(routed);
        if (way instanceof Way.By by) {
            if (routed.isOffPath()) {
                waiting.takeBefore(routed).forEach(this::route);
            }
            if (routed.isToBeLogged(by.sessionId())) {
                log(routed, by);
            } else {
                send(routed, by);
            }
        } else if (way instanceof Way.Later) {
            keep(routed);
        } else if (!parts.directory().isHere() && !routed.hasLooked()) {
            look(routed);
        } else {
            nobody(routed);
        }
    }

    private void keep(Routed<?> routed) {
        noteOffPath(routed);
        waiting.add(routed, true);
    }

    private void noteOffPath(Routed<?> routed) {
        if (routed.isOrdered() && !routed.isOffPath()) {
            offPath.enters(routed);
        }
    }

    private void send(Routed<?> routed, Way.By by) {
        PendingCommand command = routed.command();
        boolean wasOffPath = routed.isOffPath();
        routed.goesBy(by);
        if (by.fence() != null) {
            command.fence(by.fence());
        }
        command.onward(by.onward());
        if (by.isCounted()) {
            loads.add(by.sessionId());
            routed.reply.reply().onComplete(ended -> loads.remove(by.sessionId()));
        }
        by.path().submit(command);
        if (wasOffPath) {
            offPath.leaves(routed);
        }
    }

    /** Before a session may get it, that is kept where other nodes see it. */
    private void log(Routed<?> routed, Way.By by) {
        long since = parts.loop().nanoTime();
        await(routed, routed.log(by.sessionId()), logged -> {
            if (logged.succeeded()) {
                routed.logged(by.sessionId(), since);
                route(routed);
            } else {
                routed.refuse(logged.cause());
            }
        });
    }

    /** That nobody is there is said only after a look at the record itself, which may take longer than the command has. */
    private void look(Routed<?> routed) {
        routed.looked();
        noteOffPath(routed);
        await(routed, read(routed.targetId), read -> {
            if (read.succeeded()) {
                route(routed);
            } else {
                keep(routed);
            }
        });
    }

    /** Goes on, on the node's own loop, when something has ended; the command itself ends at its deadline all the same. */
    private <T> void await(Routed<?> routed, Future<T> pending, Consumer<AsyncResult<T>> then) {
        onLoop(() -> {
            Alarm rest = waiting.rest(routed, Frame.NO_DEADLINE);
            pending.onComplete(result -> parts.loop().execute(() -> {
                if (waiting.wake(routed, rest)) {
                    then.accept(result);
                }
            }));
        });
    }

    private void onLoop(Runnable task) {
        if (parts.loop().inLoop()) {
            task.run();
        } else {
            parts.loop().execute(task);
        }
    }

    /**
     * A read that began before somebody asked may have missed what he knows of already: he waits for the next one, which he shares
     * with all who wait.
     */
    private Future<TargetRecord> read(String targetId) {
        Future<TargetRecord> underWay = reads.get(targetId);
        return underWay == null || underWay.isComplete()
                ? nextRead(targetId)
                : underWay.transform(done -> nextRead(targetId));
    }

    private Future<TargetRecord> nextRead(String targetId) {
        Future<TargetRecord> reading = reads.compute(
                targetId,
                (target, before) -> before == null || before.isComplete()
                        ? parts.directory().read(target)
                        : before);
        reading.onComplete(read -> reads.remove(targetId, reading));
        return reading;
    }

    private void nobody(Routed<?> routed) {
        boolean mayComeBack = routed.boundTo() != null && parts.directory().isSettling(routed.targetId);
        if (mayComeBack || !parts.isSure().getAsBoolean()) {
            keep(routed);
            return;
        }
        String message = "no connector of target " + routed.targetId + " is attached that fits " + routed.route;
        if (routed.command().isCancelRequested()) {
            routed.expire();
        } else if (routed.boundTo() == null) {
            if (routed.waitForTarget) {
                keep(routed);
            } else if (routed.command().wasSent()) {
                routed.refuse(ErrorCode.CHANNEL_CLOSED, message + " any more");
            } else {
                routed.refuse(ErrorCode.NO_CHANNEL, message);
            }
        } else if (routed.startsAnew()) {
            route(routed);
        } else {
            routed.refuse(ErrorCode.CHANNEL_CLOSED, "the session that may have run the command has ended");
        }
    }
}
