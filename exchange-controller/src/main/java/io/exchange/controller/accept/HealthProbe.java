package io.exchange.controller.accept;

import io.exchange.api.ChannelState;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.HealthCheck;
import io.exchange.api.Reply;
import io.exchange.api.ReplyError;
import io.exchange.channel.Alarm;
import io.exchange.channel.ChannelEngine;
import io.exchange.channel.Loop;
import io.vertx.core.AsyncResult;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Asks the application of one connector whether it is well, on a schedule of its own, so that a mute one delays nobody else.
 * The question does not wait for the work that the application has to do; if the connection takes nothing at the moment, it is asked
 * another time. Confined to the channel's loop.
 */
final class HealthProbe {

    /** What a probe found. */
    enum Finding {
        /** The application says it is well, or has nothing to say about it. */
        HEALTHY,
        /** It says it is not, or did not answer in time. */
        UNHEALTHY,
        /** It has not answered as often as is allowed. */
        MUTE
    }

    /**
     * When to ask.
     *
     * @param interval the time from one answer to the next question, a tenth more or less
     * @param timeout how long an answer may take
     * @param misses how many in a row may stay unanswered
     */
    record Schedule(Duration interval, Duration timeout, int misses) {}

    private static final Logger LOG = System.getLogger("io.exchange.controller.Channels");

    private static final int MAX_SHOWN = 200;

    private final Schedule schedule;
    private final LocalSession local;
    private final ChannelEngine channel;
    private final Loop loop;
    private final DoubleSupplier random;
    private final Consumer<Finding> found;
    private final Alarm alarm = new Alarm(this::ask);
    private int missed;
    private boolean saidUnwell;
    private boolean stopped;

    /** Who was not well when the channel before was lost is asked at once. */
    HealthProbe(
            Schedule schedule,
            LocalSession local,
            ChannelEngine channel,
            Loop loop,
            DoubleSupplier random,
            Consumer<Finding> found) {
        this.schedule = schedule;
        this.local = local;
        this.loop = loop;
        this.random = random;
        this.found = found;
        this.channel = channel;
        if (local.isHealthy() || schedule.interval().isZero()) {
            askAgain();
        } else {
            loop.schedule(alarm, loop.nanoTime());
        }
    }

    private boolean isActive() {
        return local.session().isCarriedBy(channel) && channel.state() == ChannelState.ACTIVE;
    }

    private void askAgain() {
        if (!stopped && !schedule.interval().isZero()) {
            double jittered = schedule.interval().toNanos() * (0.9 + 0.2 * random.getAsDouble());
            loop.schedule(alarm, loop.nanoTime() + (long) jittered);
        }
    }

    private void ask() {
        if (!isActive()) {
            askAgain(); // it drains, and takes no new command
            return;
        }
        local.session()
                .call(HealthCheck.TYPE
                        .command(new HealthCheck.Query(local.targetId()))
                        .withTimeout(schedule.timeout())
                        .withDelivery(Delivery.AT_MOST_ONCE))
                .reply()
                .onComplete(reply -> {
                    if (loop.inLoop()) {
                        answered(reply);
                    } else {
                        loop.execute(() -> answered(reply));
                    }
                });
    }

    private void answered(AsyncResult<Reply<HealthCheck.Report>> reply) {
        if (stopped) {
            return;
        }
        if (reply.succeeded()) {
            missed = 0;
            Reply<HealthCheck.Report> report = reply.result();
            found.accept(report.succeeded() && report.payload().healthy() ? well() : unwell(report));
        } else if (reply.cause() instanceof ExchangeException e && e.code() == ErrorCode.UNKNOWN_COMMAND) {
            missed = 0;
            found.accept(Finding.HEALTHY);
        } else if (isActive() && wasAsked(reply.cause())) { // else the channel was lost, drains, or had no room
            missed++;
            found.accept(missed >= schedule.misses() ? Finding.MUTE : Finding.UNHEALTHY);
        }
        askAgain();
    }

    /**
     * Whether the question may have come to the application. If there was surely no room or no time for it, that says nothing
     * of the application, and whether anybody is there at all the channel finds out by itself.
     */
    private static boolean wasAsked(Throwable cause) {
        boolean wasNot = cause instanceof ExchangeException e
                && e.execution() == Execution.NOT_EXECUTED
                && (e.code() == ErrorCode.EXHAUSTED || e.code() == ErrorCode.TIMEOUT);
        return !wasNot;
    }

    /** A stranger has written it. */
    private static String shown(String text) {
        String first = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
        return first.replaceAll("\\p{Cntrl}", " ");
    }

    private Finding well() {
        saidUnwell = false;
        return Finding.HEALTHY;
    }

    /** What the application says of it is logged once, until it is well again. */
    private Finding unwell(Reply<HealthCheck.Report> report) {
        LOG.log(
                saidUnwell ? Level.DEBUG : Level.WARNING,
                "connector {0} of target {1} says that it is not well: {2}",
                local.connectorId(),
                local.targetId(),
                shown(
                        report.succeeded()
                                ? report.payload().detail()
                                : report.error().map(ReplyError::message).orElse("")));
        saidUnwell = true;
        return Finding.UNHEALTHY;
    }

    void stop() {
        stopped = true;
        alarm.cancel();
    }
}
