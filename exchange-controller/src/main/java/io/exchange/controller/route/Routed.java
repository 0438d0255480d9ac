package io.exchange.controller.route;

import io.exchange.api.Command;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Route;
import io.exchange.channel.CommandIds;
import io.exchange.channel.Loop;
import io.exchange.channel.PendingCommand;
import io.exchange.channel.PendingReply;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A command with all that is needed to find its way, the first time and again. On one path, or in one thread's hands. */
final class Routed<A> implements PendingReply.Rerouter {

    private static final Duration RETRY_HINT = Duration.ofMillis(100);
    private static final long FIRST_WAIT_NANOS = Duration.ofMillis(10).toNanos();
    private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(1).toNanos();

    final String targetId;
    final Route route;
    final boolean waitForTarget;
    private final @Nullable String orderKey;
    final PendingReply<A> reply;
    private final Router router;
    private final @Nullable SendLog log;
    private @Nullable String loggedFor;
    private @Nullable String boundTo;
    private @Nullable String lastSession;
    private @Nullable ExchangeException lastRefusal;
    private boolean wentByLink;
    private boolean looked;
    private boolean returned;
    private boolean staysHere;
    private int returns;
    private long waitNanos = FIRST_WAIT_NANOS;
    private boolean hasWaited;
    /** How often it is known to be on no path. Changed by {@link OffPath} alone, under the lock of its key, as is the place. */
    private int stays;

    private long place;
    private boolean watched;

    <Q> Routed(
            Router router,
            String targetId,
            Command<Q, A> command,
            CommandIds ids,
            Loop clock,
            ExchangeObserver observer,
            @Nullable SendLog log) {
        this.router = router;
        this.targetId = targetId;
        this.route = command.route();
        this.waitForTarget = command.waitForTarget();
        this.orderKey = command.orderKey().orElse(null);
        this.reply = new PendingReply<>(ids, command, clock, observer, this);
        this.log = log;
        if (log != null) {
            command().attempt(log.attempt());
            log.sent().ifPresent(sent -> {
                loggedFor = sent.sessionId();
                boundTo = sent.sessionId();
                lastSession = sent.sessionId();
                command().sentSince(clock.nanoTime() - sent.age().toNanos());
            });
        }
    }

    boolean isLogged() {
        return log != null;
    }

    boolean isToBeLogged(String sessionId) {
        return log != null && !sessionId.equals(loggedFor);
    }

    Future<Void> log(String sessionId) {
        return Objects.requireNonNull(log).sending(sessionId);
    }

    /** The log says since then which session may have got it. The holder of a role is looked up again, for its term. */
    void logged(String sessionId, long sinceNanos) {
        loggedFor = sessionId;
        boundTo = route instanceof Route.Holder ? null : sessionId;
        command().sharedSince(sinceNanos);
    }

    PendingCommand command() {
        return reply.command();
    }

    /** The only session that it may go to, because that may have got it before; null for any that fits. */
    @Nullable
    String boundTo() {
        return boundTo;
    }

    /** The same; one that was cancelled is only brought to where it may be running. */
    @Nullable
    String onlySession() {
        return command().isCancelRequested() ? lastSession : boundTo;
    }

    boolean isCancelledUnsent() {
        return command().isCancelRequested() && !command().wasSent();
    }

    boolean hasEnded() {
        return reply.reply().isComplete();
    }

    /** Whether a path had taken it, and lost it: then it waits within its deadline, however many others do. */
    boolean hasReturned() {
        return returned;
    }

    boolean isOrdered() {
        return orderKey != null;
    }

    /** Of one that {@link #isOrdered}. */
    String orderKey() {
        return Objects.requireNonNull(orderKey);
    }

    /** Whether it has an order key and is known to be on no path. */
    boolean isOffPath() {
        return stays > 0;
    }

    void staysOffPath(long newPlace) {
        stays++;
        if (place == 0 || (newPlace < 0 && place > 0)) { // else it keeps the place that it had before
            place = newPlace;
        }
    }

    /** Ends as many stays off the path, or as many as there are; gives their number. */
    int endStays(int most) {
        int ended = Math.min(stays, most);
        stays -= ended;
        return ended;
    }

    boolean isFirstWatched() {
        boolean first = !watched;
        watched = true;
        return first;
    }

    /** Its place among those with its order key that are on no path. */
    long place() {
        return place;
    }

    /** Whether, both being on no path, it has the same order key and is to be sent first. */
    boolean isBefore(Routed<?> other) {
        return orderKey != null
                && place < other.place
                && targetId.equals(other.targetId)
                && orderKey.equals(other.orderKey);
    }

    void goesBy(Way.By way) {
        lastSession = way.sessionId();
        wentByLink = way.onward() != null;
        looked = false;
    }

    /** Whether the record itself was read since the command was last on a path. */
    boolean hasLooked() {
        return looked;
    }

    void looked() {
        looked = true;
    }

    /** It waits for its target, or for a way to it. */
    void waits() {
        if (!hasWaited) {
            hasWaited = true;
            router.observer().commandWaits(command().type());
        }
    }

    /** How long to wait until what is known may be another thing, longer each time. */
    long nextWaitNanos() {
        long wait = waitNanos;
        looked = false;
        waitNanos = Math.min(LONGEST_WAIT_NANOS, 2 * wait);
        return wait;
    }

    /** It stops being bound to a session that is gone; false if it cannot start anew. */
    boolean startsAnew() {
        boolean may = !command().wasSent() || command().mayStartAnew();
        if (may) {
            boundTo = null;
            command().startAnew();
        }
        return may;
    }

    @Override
    public boolean takesBack(PendingCommand lost) {
        returned = true;
        String last = lastSession;
        if (lost.isCancelRequested()) {
            boundTo = last;
        } else if (!lost.wasSent()) {
            boundTo = null;
        } else if (last != null && lost.mayRepeat() && (wentByLink || router.isElsewhere(this, last))) {
            boundTo = last;
        } else if (!startsAnew()) {
            return false;
        }
        if (wentByLink && !isOrdered() && returns++ > 0) { // what has an order key must not be overtaken
            router.rerouteSlowly(this, returns);
        } else {
            router.reroute(this);
        }
        return true;
    }

    @Override
    public boolean retries(PendingCommand refused, ExchangeException refusal) {
        if (refusal.code() == ErrorCode.EXHAUSTED) {
            return isToStayHere();
        }
        if (!(route instanceof Route.Holder)) {
            return false;
        }
        lastRefusal = refusal;
        boundTo = null; // the session itself says that it did not run it
        router.rerouteLater(this);
        return true;
    }

    @Override
    public boolean bringsCancel(PendingCommand cancelled) {
        return lastSession != null;
    }

    /** Another node has no room for it, of which this one could not know; here it may be queued. */
    private boolean isToStayHere() {
        boolean maySettle = route instanceof Route.Any && boundTo == null && log == null && !staysHere;
        staysHere = maySettle && router.hasReadyHere(targetId);
        if (staysHere) {
            router.reroute(this);
        }
        return staysHere;
    }

    boolean staysHere() {
        return staysHere;
    }

    /** Its time is over while it is on no path. */
    void expire() {
        if (command().isCancelRequested()) {
            refuse(ErrorCode.CANCELLED, "cancelled while it was on its way");
            return;
        }
        ExchangeException refusal = lastRefusal;
        String message = refusal == null
                ? "target " + targetId + " could not be reached in time"
                : "the holder of " + route + " did not take it in time: " + refusal.text();
        refuse(ErrorCode.TIMEOUT, message);
    }

    /** As many wait for its target as may. */
    void exhausted(String message) {
        reply.refuse(command().refusal(ErrorCode.EXHAUSTED, message).withRetryAfter(RETRY_HINT));
    }

    void refuse(Throwable cause) {
        reply.refuse(
                cause instanceof ExchangeException known
                        ? known
                        : command().refusal(ErrorCode.INTERNAL, "it was not sent: " + cause));
    }

    void refuse(ErrorCode code, String message) {
        reply.refuse(command().refusal(code, message));
    }
}
