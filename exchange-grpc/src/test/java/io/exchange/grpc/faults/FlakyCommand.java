package io.exchange.grpc.faults;

import io.exchange.api.Call;
import io.exchange.api.Command;
import io.exchange.api.CommandContext;
import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.PayloadType;
import io.exchange.api.Reply;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamContext;
import io.exchange.api.StreamType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A command whose size, patience and handling chance has drawn, what became of it, and what of that was not promised. */
final class FlakyCommand {

    static final CommandType<Buffer, Buffer> WORK = CommandType.of("work.v1", PayloadType.bytes(), PayloadType.bytes());
    static final StreamType<Buffer, Buffer, Buffer, Buffer> FLOW = StreamType.both(
            CommandType.of("flow.v1", PayloadType.bytes(), PayloadType.bytes()),
            PayloadType.bytes(),
            PayloadType.bytes());

    private static final int LARGE = 200_000;

    /** What the engine may miss, half a second of a slow handshake, and what a busy machine adds. */
    private static final long LATE_NANOS = Duration.ofMillis(1500).toNanos();

    final String id;
    private final Buffer request;
    private final Delivery delivery;
    private final Duration timeout;
    private final int items;
    private final int itemBytes;
    private final int handlingMillis;
    private final boolean answers;
    private final boolean restarts;
    private final int cancelMillis;
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicInteger lateStarts = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private volatile long sentNanos;
    private volatile Future<Reply<Buffer>> reply = Future.failedFuture("not sent");

    FlakyCommand(String id, Random chance) {
        this.id = id;
        request = Buffer.buffer(new byte[chance.nextInt(20) == 0 ? LARGE : chance.nextInt(200)]);
        delivery = Delivery.values()[chance.nextInt(Delivery.values().length)];
        timeout = Duration.ofMillis(chance.nextBoolean() ? 20 + chance.nextInt(500) : 4000);
        items = chance.nextInt(10) == 0 ? 1 + chance.nextInt(20) : 0;
        itemBytes = chance.nextInt(5) == 0 ? LARGE / 2 : 100;
        handlingMillis = chance.nextInt(4) == 0 ? 1 + chance.nextInt(300) : 0;
        answers = chance.nextInt(50) > 0;
        restarts = chance.nextBoolean();
        cancelMillis = chance.nextInt(10) == 0 ? 1 + chance.nextInt(300) : 0;
    }

    /** One that must succeed where nothing is wrong. */
    FlakyCommand(String id) {
        this.id = id;
        request = Buffer.buffer(new byte[LARGE]);
        delivery = Delivery.RESUME;
        timeout = Duration.ofMinutes(1);
        items = 3;
        itemBytes = 10;
        handlingMillis = 0;
        answers = true;
        restarts = false;
        cancelMillis = 0;
    }

    boolean flows() {
        return items > 0;
    }

    Command<Buffer, Buffer> command() {
        CommandType<Buffer, Buffer> type = flows() ? FLOW.command() : WORK;
        sentNanos = System.nanoTime();
        return type.command(request).withId(id).withDelivery(delivery).withTimeout(timeout);
    }

    void sent(Vertx vertx, Call<Buffer> call) {
        reply = call.reply();
        reply.onComplete(ended -> ends.incrementAndGet());
        if (cancelMillis > 0) {
            vertx.timer(cancelMillis, TimeUnit.MILLISECONDS).onSuccess(rung -> call.cancel());
        }
        if (call instanceof StreamCall<?, ?, ?> stream) {
            @SuppressWarnings("unchecked")
            StreamCall<Buffer, Buffer, Buffer> flow = (StreamCall<Buffer, Buffer, Buffer>) stream;
            flow.down().exceptionHandler(failure -> {});
            flow.down().handler(item -> {});
            if (restarts) {
                flow.onRestart(() -> write(flow));
            }
            write(flow);
        }
    }

    private void write(StreamCall<Buffer, Buffer, Buffer> flow) {
        for (int i = 0; i < items; i++) {
            flow.up().write(Buffer.buffer(new byte[itemBytes]));
        }
        flow.up().end();
    }

    Future<Reply<Buffer>> reply() {
        return reply;
    }

    Future<Buffer> work(Vertx vertx, CommandContext context) {
        started(context);
        if (!answers) {
            return Promise.<Buffer>promise().future();
        }
        return handlingMillis == 0
                ? Future.succeededFuture(request)
                : vertx.timer(handlingMillis, TimeUnit.MILLISECONDS).map(request);
    }

    Future<Buffer> flow(StreamContext<Buffer, Buffer> context) {
        started(context);
        Promise<Buffer> answer = Promise.promise();
        context.up().exceptionHandler(answer::tryFail);
        context.up().endHandler(end -> answer.tryComplete(request));
        context.up().handler(item -> context.down().write(item));
        return answer.future();
    }

    private void started(CommandContext context) {
        starts.incrementAndGet();
        boolean late = System.nanoTime() - sentNanos - timeout.toNanos() > LATE_NANOS;
        if (late || context.isCancelled()) {
            lateStarts.incrementAndGet();
        }
    }

    /** What went against the promises. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        complain(complaints, ends.get() != 1, "ended " + ends.get() + " times");
        complain(complaints, starts.get() > 1 && delivery != Delivery.AT_LEAST_ONCE, "ran again");
        complain(complaints, lateStarts.get() > 0, "started after its end");
        complain(complaints, isUnexecuted() && starts.get() > 0, "ran, and was called not executed");
        complain(complaints, reply.succeeded() && starts.get() == 0, "was answered, and never ran");
        complain(complaints, isInvalid(), "was found malformed");
        complain(complaints, reply.succeeded() && isWrong(reply.result()), "got another answer than was given");
        return complaints;
    }

    private boolean isUnexecuted() {
        return reply.cause() instanceof ExchangeException refused && refused.execution() == Execution.NOT_EXECUTED;
    }

    private boolean isInvalid() {
        return reply.cause() instanceof ExchangeException refused && refused.code() == ErrorCode.INVALID;
    }

    private boolean isWrong(Reply<Buffer> answer) {
        return answer.succeeded() && answer.payload().length() != request.length();
    }

    private void complain(List<String> complaints, boolean so, String what) {
        if (so) {
            complaints.add(this + " " + what);
        }
    }

    @Override
    public String toString() {
        return id + " (" + delivery + ", " + timeout + ", " + request.length() + " bytes, " + items + " items of "
                + itemBytes + ", " + starts + " starts, " + reply + ")";
    }
}
