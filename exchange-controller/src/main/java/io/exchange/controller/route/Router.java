package io.exchange.controller.route;

import io.exchange.api.Call;
import io.exchange.api.Command;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Grant;
import io.exchange.api.Route;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamType;
import io.exchange.channel.CommandIds;
import io.exchange.channel.Loop;
import io.exchange.channel.PendingCommand;
import io.exchange.channel.PendingReply;
import io.exchange.channel.Session;
import io.exchange.controller.accept.LocalSession;
import io.exchange.controller.accept.LocalSessions;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.primary.SlotRecord;
import io.exchange.controller.primary.TargetRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the way of each command: which session of the target it goes to, now or when one comes, and again when the session
 * that it was on is lost. One for each node. Safe for any thread.
 */
public final class Router {

    private final Directory directory;
    private final LocalSessions sessions;
    private final CommandIds ids;
    private final ExchangeObserver observer;
    private final Loop clock;
    private final WaitingRoom waiting;
    private volatile boolean closed;

    /**
     * The router of a node.
     *
     * @param directory where targets are recorded
     * @param sessions where sessions are found
     * @param ids gives ids to commands
     * @param observer told of outcomes
     * @param loop the node's own loop, where commands wait that have no session
     */
    public Router(Directory directory, LocalSessions sessions, CommandIds ids, ExchangeObserver observer, Loop loop) {
        this.directory = directory;
        this.sessions = sessions;
        this.ids = ids;
        this.observer = observer;
        this.clock = loop;
        this.waiting =
                new WaitingRoom(loop, this::route, routed -> choose(routed).isPresent());
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
        Routed<A> routed = new Routed<>(targetId, command);
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
        Routed<A> routed = new Routed<>(targetId, command);
        StreamCall<U, D, A> call = routed.reply.withStreams(type);
        route(routed);
        return call;
    }

    /**
     * A session of the target can take commands that it could not before. Any thread.
     *
     * @param targetId the target
     */
    public void sessionReady(String targetId) {
        waiting.release(targetId);
    }

    /** Ends what waits for targets to come, and sends nothing any more. */
    public void close() {
        closed = true;
        waiting.close();
    }

    private static ExchangeException shuttingDown(PendingCommand command) {
        String message = "the controller stops";
        return command.wasSent()
                ? ErrorCode.SHUTTING_DOWN.unknown(message)
                : ErrorCode.SHUTTING_DOWN.notExecuted(message);
    }

    private void route(Routed<?> routed) {
        if (closed) {
            routed.reply.refuse(shuttingDown(routed.reply.command()));
            return;
        }
        Optional<LocalSession> session = choose(routed);
        if (session.isPresent()) {
            session.get().session().submit(routed.reply.command());
        } else if (routed.waitForTarget) {
            waiting.add(routed);
        } else {
            routed.reply.refuse(noChannel(routed));
        }
    }

    private static ExchangeException noChannel(Routed<?> routed) {
        String message = "no connector of target " + routed.targetId + " is attached that fits " + routed.route;
        return routed.reply.command().wasSent()
                ? ErrorCode.CHANNEL_CLOSED.unknown(message + " any more")
                : ErrorCode.NO_CHANNEL.notExecuted(message);
    }

    private Optional<LocalSession> choose(Routed<?> routed) {
        if (routed.route instanceof Route.Holder holder) {
            return holder(routed, holder.role());
        }
        String connectorId = routed.route instanceof Route.Connector connector ? connector.connectorId() : null;
        return Optional.ofNullable(best(sessions.ofTarget(routed.targetId), connectorId));
    }

    /** The ready session with the fewest commands in flight, else one that is suspended, so that the command waits for it. */
    private static @Nullable LocalSession best(List<LocalSession> candidates, @Nullable String connectorId) {
        LocalSession best = null;
        LocalSession suspended = null;
        for (LocalSession candidate : candidates) {
            if (connectorId != null && !connectorId.equals(candidate.connectorId())) {
                continue;
            }
            if (candidate.isReady()) {
                if (best == null || candidate.session().load() < best.session().load()) {
                    best = candidate;
                }
            } else if (candidate.isSuspended()) {
                suspended = candidate;
            }
        }
        return best == null ? suspended : best;
    }

    private Optional<LocalSession> holder(Routed<?> routed, String role) {
        TargetRecord record = directory.lookup(routed.targetId);
        for (SlotRecord slot : record.slots()) {
            Optional<SlotRecord.Tenure> tenure = slot.role().equals(role) ? slot.holder() : Optional.empty();
            Optional<LocalSession> session = tenure.flatMap(
                            holder -> sessions.find(routed.targetId, holder.sessionId()))
                    .filter(found -> found.session().state() != Session.State.ENDED);
            if (session.isPresent()) {
                routed.reply
                        .command()
                        .fence(new Grant(role, slot.number(), tenure.get().term()));
                return session;
            }
        }
        return Optional.empty();
    }

    /** A command with all that is needed to find its way again. */
    final class Routed<A> implements Predicate<PendingCommand> {

        final String targetId;
        final Route route;
        final boolean waitForTarget;
        final PendingReply<A> reply;

        <Q> Routed(String targetId, Command<Q, A> command) {
            this.targetId = targetId;
            this.route = command.route();
            this.waitForTarget = command.waitForTarget();
            this.reply = new PendingReply<>(ids, command, clock, observer, this);
        }

        /** The session that the command was on is lost: another may take it if this one surely never started it. */
        @Override
        public boolean test(PendingCommand command) {
            if (command.wasSent() && command.delivery() != Delivery.AT_LEAST_ONCE) {
                return false;
            }
            command.startAnew();
            clock.execute(() -> route(this));
            return true;
        }
    }
}
