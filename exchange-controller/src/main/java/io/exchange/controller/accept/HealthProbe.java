package io.exchange.controller.accept;

import io.exchange.api.ChannelState;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.HealthCheck;
import io.exchange.api.Reply;
import io.exchange.channel.Alarm;
import io.exchange.channel.Loop;
import io.exchange.channel.Session;
import io.vertx.core.AsyncResult;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Asks the application of one connector whether it is well, on a schedule of its own, so that a mute one delays nobody else.
 * Confined to the channel's loop.
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

    private final Schedule schedule;
    private final String targetId;
    private final Session session;
    private final Loop loop;
    private final DoubleSupplier random;
    private final Consumer<Finding> found;
    private final Alarm alarm = new Alarm(this::ask);
    private int missed;
    private boolean stopped;

    HealthProbe(Schedule schedule, LocalSession local, Loop loop, DoubleSupplier random, Consumer<Finding> found) {
        this.schedule = schedule;
        this.targetId = local.targetId();
        this.session = local.session();
        this.loop = loop;
        this.random = random;
        this.found = found;
        askAgain();
    }

    private void askAgain() {
        if (!stopped && !schedule.interval().isZero()) {
            double jittered = schedule.interval().toNanos() * (0.9 + 0.2 * random.getAsDouble());
            loop.schedule(alarm, loop.nanoTime() + (long) jittered);
        }
    }

    private void ask() {
        if (session.channel().state() != ChannelState.ACTIVE) {
            askAgain(); // it drains, and takes no new command
            return;
        }
        session.call(HealthCheck.TYPE
                        .command(new HealthCheck.Query(targetId))
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
            boolean healthy =
                    reply.result().succeeded() && reply.result().payload().healthy();
            found.accept(healthy ? Finding.HEALTHY : Finding.UNHEALTHY);
        } else if (reply.cause() instanceof ExchangeException e && e.code() == ErrorCode.UNKNOWN_COMMAND) {
            missed = 0;
            found.accept(Finding.HEALTHY);
        } else {
            missed++;
            found.accept(missed >= schedule.misses() ? Finding.MUTE : Finding.UNHEALTHY);
        }
        askAgain();
    }

    void stop() {
        stopped = true;
        alarm.cancel();
    }
}
