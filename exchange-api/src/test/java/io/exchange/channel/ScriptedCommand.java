package io.exchange.channel;

import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.Execution;
import io.exchange.api.StreamType;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command of a {@link ScriptedRun}, and what became of it. */
final class ScriptedCommand implements PendingCommand.Owner {

    private static final long TIMEOUT_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long LATE_NANOS = Duration.ofMillis(60).toNanos();
    private static final long HEARD_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int ITEMS = 3;

    final String id;
    final String kind;
    private final ScriptedRun run;
    private final boolean down;
    private final int bytes;
    private final PendingCommand command;
    private final @Nullable CallStreams<Buffer, Buffer> streams;
    private final List<Future<Void>> writes = new ArrayList<>();
    private int starts;
    private int ends;
    private int streamEnds;
    private @Nullable Outcome outcome;
    private long endedNanos;
    private long cancelledNanos;
    private long heardNanos;

    ScriptedCommand(ScriptedRun run, String id, boolean down, Delivery delivery, String kind, int bytes) {
        this.run = run;
        this.id = id;
        this.down = down;
        this.kind = kind;
        this.bytes = bytes;
        boolean flows = kind.startsWith("flow");
        StreamType<Buffer, Buffer, Buffer, Buffer> flow = ScriptedHandlers.FLOW;
        if (kind.equals("answer to what is encoded")) {
            command = command(run.scripted.encoded, bytes, delivery);
        } else if (flows) {
            command = command(flow.command(), ScriptedRun.bytes(1), delivery);
        } else {
            command = command(ScriptedHandlers.WORK, ScriptedRun.bytes(bytes), delivery);
        }
        streams = flows ? new CallStreams<>(command, flow, run.loop, run.loop) : null;
    }

    private <Q> PendingCommand command(CommandType<Q, Buffer> type, Q request, Delivery delivery) {
        return new PendingCommand(
                id,
                type.command(request).withDelivery(delivery).withOrderKey("key"),
                Payload.of(type.request(), request),
                run.loop.nanoTime() + TIMEOUT_NANOS,
                this);
    }

    void submit() {
        if (streams != null) {
            command.streams(streams);
            streams.down().exceptionHandler(failure -> streamEnds++);
            streams.down().endHandler(end -> streamEnds++);
            streams.down().handler(item -> {});
            if (kind.equals("flow that restarts")) {
                streams.onRestart(this::write);
            }
            write();
        }
        run.sender(down).submit(command);
    }

    private void write() {
        CallStreams<Buffer, Buffer> open = streams;
        if (open != null) {
            for (int i = 0; i < ITEMS; i++) {
                written(open.up().write(ScriptedRun.bytes(bytes)));
            }
            written(open.up().end());
        }
    }

    void written(Future<Void> write) {
        writes.add(write);
    }

    void heardOfCancel() {
        heardNanos = run.loop.nanoTime();
    }

    void cancel() {
        if (ends == 0) {
            cancelledNanos = run.loop.nanoTime();
        }
        command.cancel(run.loop, () -> end(ErrorCode.CANCELLED, "cancelled on no path"));
    }

    void started() {
        starts++;
        if (command.delivery != Delivery.AT_LEAST_ONCE) { // which may start anew
            run.started(this, down);
        }
        if (starts > 1 && command.delivery != Delivery.AT_LEAST_ONCE) {
            complain("ran again");
        }
        if (run.loop.nanoTime() > command.deadlineNanos + LATE_NANOS) {
            complain("started after its deadline");
        }
    }

    /** As a controller's router does: another session may take what was never sent, or may be sent twice. */
    @Override
    public boolean takesBack(PendingCommand lost) {
        if (!down || (lost.wasSent() && lost.delivery != Delivery.AT_LEAST_ONCE)) {
            return false;
        }
        lost.startAnew();
        run.loop.execute(this::route);
        return true;
    }

    private void route() {
        Session session = run.sender(down);
        if (session.state() == Session.State.ENDED) {
            end(ErrorCode.CHANNEL_CLOSED, "there is no other session");
        } else {
            session.submit(command);
        }
    }

    private void end(ErrorCode code, String why) {
        Outcome refused = new Outcome.Refused(command.wasSent() ? code.unknown(why) : code.notExecuted(why));
        command.state = PendingCommand.State.ENDED;
        ended(command, refused);
        if (streams != null) {
            streams.ended(refused);
        }
    }

    @Override
    public void ended(PendingCommand which, Outcome how) {
        ends++;
        outcome = how;
        endedNanos = run.loop.nanoTime();
    }

    void checkSucceeded() {
        if (!(outcome instanceof Outcome.Succeeded)) {
            complain("did not succeed");
        }
    }

    void check() {
        if (!run.isBroken()
                && cancelledNanos == 0
                && List.of("answer", "answer later", "answer to what is encoded", "flow")
                        .contains(kind)) {
            checkSucceeded();
        }
        if (ends != 1) {
            complain("ended " + ends + " times");
        }
        if (endedNanos > command.deadlineNanos + LATE_NANOS) {
            complain("ended late");
        }
        if (outcome instanceof Outcome.Refused refused
                && refused.cause().execution() == Execution.NOT_EXECUTED
                && starts > 0) {
            complain("ran, and was called not executed");
        }
        if (outcome instanceof Outcome.Refused refused && refused.cause().code() == ErrorCode.INVALID) {
            complain("was found malformed");
        }
        if (outcome instanceof Outcome.Succeeded && starts == 0) {
            complain("succeeded, and never ran");
        }
        if (kind.equals("answer on cancel") && run.comesBackSoon() && isDeaf()) {
            complain("its handler heard nothing of the cancel");
        }
        if (streams != null && streamEnds != 1) {
            complain("the end of its items was told " + streamEnds + " times");
        }
        if (!writes.stream().allMatch(Future::isComplete)) {
            complain("a write was never answered");
        }
    }

    private boolean isDeaf() {
        return command.delivery != Delivery.AT_MOST_ONCE // which is over with its channel
                && cancelledNanos > 0
                && starts > 0
                && (heardNanos == 0 || heardNanos - cancelledNanos > HEARD_NANOS);
    }

    private void complain(String what) {
        run.complain(id + " (" + kind + ", " + bytes + " bytes, " + command.delivery + (down ? ", down) " : ", up) ")
                + what + "; " + starts + " starts, outcome " + outcome);
    }
}
