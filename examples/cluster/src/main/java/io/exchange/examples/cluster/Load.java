package io.exchange.examples.cluster;

import io.exchange.api.Command;
import io.exchange.api.Delivery;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver.Outcome;
import io.exchange.api.Execution;
import io.exchange.api.Reply;
import io.exchange.controller.ExchangeController;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends commands all the time and reports what becomes of each. Confined to an event loop of its own. */
final class Load {

    private static final long TICK_MILLIS = 10;

    /** One in so many, of those that are mixed. */
    private static final int AT_MOST_ONCE = 5;

    private final Context loop;
    private final ExchangeController controller;
    private final String nodeId;
    private final Reports reports;
    private Order.@Nullable Load order;
    private Random random = new Random();
    private long startedNanos;
    private long sentSinceStart;
    private long sent;
    private long open;
    private boolean reportsIdle;
    private long timer = -1;

    Load(Vertx vertx, ExchangeController controller, String nodeId, Reports reports) {
        this.loop = vertx.getOrCreateContext();
        this.controller = controller;
        this.nodeId = nodeId;
        this.reports = reports;
    }

    void start(Order.Load newOrder) {
        loop.runOnContext(nothing -> {
            order = newOrder;
            random = new Random(newOrder.seed());
            startedNanos = System.nanoTime();
            sentSinceStart = 0;
            reportsIdle = false;
            if (timer < 0) {
                timer = loop.owner().setPeriodic(TICK_MILLIS, id -> tick());
            }
        });
    }

    void stop() {
        loop.runOnContext(nothing -> {
            loop.owner().cancelTimer(timer);
            timer = -1;
            order = null;
            reportsIdle = true;
            reportIdle();
        });
    }

    private void tick() {
        Order.Load now = order;
        if (now == null) {
            return;
        }
        long elapsed = System.nanoTime() - startedNanos;
        long due = elapsed * now.perSecond() / TimeUnit.SECONDS.toNanos(1);
        // what a pause of this process missed is not sent in one go
        sentSinceStart = Math.max(sentSinceStart, due - now.perSecond());
        while (sentSinceStart < due) {
            sentSinceStart++;
            send(now);
        }
    }

    private void send(Order.Load now) {
        String target = now.targets().get(random.nextInt(now.targets().size()));
        boolean once = now.mixed() && random.nextInt(AT_MOST_ONCE) == 0;
        Delivery delivery = once ? Delivery.AT_MOST_ONCE : Delivery.RESUME;
        send(
                Long.toString(sent++),
                target,
                Work.TYPE
                        .command(new Work(random.nextInt(now.mostMillis() + 1)))
                        .withDelivery(delivery)
                        .withTimeout(Duration.ofMillis(now.timeoutMillis())));
    }

    /** One command. */
    void send(Order.Send one) {
        loop.runOnContext(nothing -> send(
                one.name(),
                one.target(),
                Work.TYPE
                        .command(new Work(one.millis()))
                        .withWaitForTarget(one.waits())
                        .withTimeout(Duration.ofMillis(one.timeoutMillis()))));
    }

    private void send(String name, String target, Command<Work, Work.Done> command) {
        String id = nodeId + "." + name;
        long timeoutMillis = command.timeout().orElseThrow().toMillis();
        open++;
        reports.say(new Report.Sent(id, target, System.nanoTime(), timeoutMillis, command.delivery()));
        controller.send(target, command.withId(id)).onComplete(result -> ended(id, result));
    }

    private void ended(String id, AsyncResult<Reply<Work.Done>> result) {
        long now = System.nanoTime();
        if (result.succeeded()) {
            Reply<Work.Done> reply = result.result();
            Outcome outcome = reply.succeeded() ? Outcome.SUCCEEDED : Outcome.ERROR;
            String code = reply.error().map(error -> error.code()).orElse("");
            reports.say(new Report.Ended(id, outcome, code, "", now));
        } else if (result.cause() instanceof ExchangeException failure) {
            Outcome outcome = failure.execution() == Execution.UNKNOWN ? Outcome.UNKNOWN : Outcome.NOT_EXECUTED;
            reports.say(new Report.Ended(id, outcome, failure.code().name(), failure.text(), now));
        } else {
            reports.say(new Report.Ended(id, Outcome.UNKNOWN, "NO_EXCHANGE_EXCEPTION", "" + result.cause(), now));
        }
        open--;
        reportIdle();
    }

    private void reportIdle() {
        if (reportsIdle && open == 0) {
            reportsIdle = false;
            reports.say(new Report.Idle());
        }
    }
}
