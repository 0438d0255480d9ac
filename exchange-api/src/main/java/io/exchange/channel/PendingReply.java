package io.exchange.channel;

import io.exchange.api.Call;
import io.exchange.api.Command;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.PayloadType;
import io.exchange.api.Reply;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamType;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of a command: the future that the one outcome of a {@link PendingCommand} completes, on the context that
 * called {@code send} if it was one.
 *
 * @param <A> the type of the answer
 */
public final class PendingReply<A> implements Call<A>, PendingCommand.Owner {

    /** Finds another path for a command, where the one that it was on does not lead to its end. */
    public interface Rerouter {

        /** For a command that has one path only. */
        Rerouter NONE = new Rerouter() {};

        /**
         * The path is lost, as for {@link PendingCommand.Owner#takesBack}.
         *
         * @param lost the command
         * @return whether it is taken back
         */
        default boolean takesBack(PendingCommand lost) {
            return false;
        }

        /**
         * The receiver does not hold what the command asks for, or has no room for it, as for {@link PendingCommand.Owner#retries}.
         *
         * @param refused the command
         * @param refusal what the receiver said
         * @return whether it is taken back
         */
        default boolean retries(PendingCommand refused, ExchangeException refusal) {
            return false;
        }

        /**
         * The command was cancelled while it is on no path, and may be running. Called on the loop where it waits.
         *
         * @param cancelled the command
         * @return whether it is still brought to its handler, so that this hears of it; if not, the command ends
         */
        default boolean bringsCancel(PendingCommand cancelled) {
            return false;
        }
    }

    private static final Logger LOG = System.getLogger(PendingReply.class.getName());

    private final PayloadType<A> replyType;
    private final Promise<Reply<A>> promise;
    private final ExchangeObserver observer;
    private final Rerouter rerouter;
    private final long startNanos;
    private final PendingCommand command;
    private final Loop clock;
    /** A cancel on the way to a path can end the command at two places; only one of them is told of. */
    private final @Nullable AtomicBoolean ended;

    /**
     * Prepares a command for being sent; called where {@code send} was called, as it fixes the deadline.
     *
     * @param id the id, if the command has none of its own
     * @param command the command
     * @param clock the loops' clock
     * @param observer told of the outcome
     * @param rerouter finds another path for it
     * @param <Q> the type of the request
     */
    public <Q> PendingReply(
            CommandIds id, Command<Q, A> command, Loop clock, ExchangeObserver observer, Rerouter rerouter) {
        this.replyType = command.type().reply();
        this.observer = observer;
        this.ended = observer == ExchangeObserver.NONE ? null : new AtomicBoolean();
        this.clock = clock;
        this.rerouter = rerouter;
        this.startNanos = clock.nanoTime();
        this.promise = promiseOnCallersContext();
        this.command = new PendingCommand(
                givenOrNext(command.id().orElse(null), id),
                command,
                Payload.of(command.type().request(), command.payload()),
                deadline(command, startNanos),
                this);
    }

    /**
     * A promise whose future completes on the caller's context.
     *
     * @param <T> the type of the result
     * @return the promise; one without a context if the caller is on none
     */
    public static <T> Promise<T> promiseOnCallersContext() {
        ContextInternal context = (ContextInternal) Vertx.currentContext();
        return context == null ? Promise.promise() : context.promise();
    }

    private static String givenOrNext(@Nullable String given, CommandIds ids) {
        return given == null ? ids.next() : given;
    }

    private static long deadline(Command<?, ?> command, long now) {
        Duration timeout = command.timeout().orElse(null);
        if (timeout == null || timeout.toSeconds() > Integer.MAX_VALUE) {
            return Frame.NO_DEADLINE;
        }
        return now + timeout.toNanos();
    }

    /**
     * The command, to be put on a path.
     *
     * @return the command
     */
    public PendingCommand command() {
        return command;
    }

    @Override
    public String commandId() {
        return command.id();
    }

    @Override
    public Future<Reply<A>> reply() {
        return promise.future();
    }

    @Override
    public void cancel() {
        command.cancel(clock, this::cancelLoose);
    }

    private void cancelLoose() {
        if (!command.wasSent()) {
            refuse(ErrorCode.CANCELLED.notExecuted("cancelled before it was sent"));
        } else if (rerouter.bringsCancel(command)) {
            clock.schedule(new Alarm(this::giveUpLoose), command.dueNanos());
        } else {
            giveUpLoose();
        }
    }

    private void giveUpLoose() {
        if (command.path() == null && !promise.future().isComplete()) {
            refuse(ErrorCode.CANCELLED.unknown("cancelled while it waited to be sent again"));
        }
    }

    /**
     * Gives the command streams of items.
     *
     * @param type the type, whose command type is that of the command
     * @param <U> the type of the items to the handler
     * @param <D> the type of the items to the caller
     * @return the call with its streams
     */
    public <U, D> StreamCall<U, D, A> withStreams(StreamType<?, U, D, A> type) {
        Context context = Vertx.currentContext();
        Loop reader = context != null && context.isEventLoopContext() ? EventLoop.of(context) : clock;
        CallStreams<U, D> streams = new CallStreams<>(command, type, clock, reader);
        command.streams(streams);
        return new PendingStream<>(this, streams);
    }

    /**
     * Ends a command that is on no path. Does nothing if it has ended.
     *
     * @param cause why
     */
    public void refuse(ExchangeException cause) {
        command.state = PendingCommand.State.ENDED;
        Outcome outcome = command.truth(new Outcome.Refused(cause));
        ended(command, outcome);
        CommandStreams streams = command.streams();
        if (streams != null) {
            streams.ended(outcome);
        }
    }

    @Override
    public boolean takesBack(PendingCommand lost) {
        return rerouter.takesBack(lost);
    }

    @Override
    public boolean retries(PendingCommand refused, ExchangeException refusal) {
        return rerouter.retries(refused, refusal);
    }

    @Override
    public void ended(PendingCommand which, Outcome outcome) {
        if (outcome instanceof Outcome.Succeeded succeeded) {
            succeed(succeeded.payload());
        } else if (outcome instanceof Outcome.Failed failed) {
            complete(Reply.error(command.id(), failed.error()));
        } else if (outcome instanceof Outcome.Refused refused) {
            fail(refused.cause());
        }
    }

    private void succeed(Payload payload) {
        if (payload.isToBeDecodedElsewhere(replyType)) {
            clock.offload(() -> decode(payload), () -> {});
        } else {
            decode(payload);
        }
    }

    private void decode(Payload payload) {
        A value;
        try {
            value = payload.value(replyType);
        } catch (ExchangeException e) {
            fail(e.code().unknown("the reply came and could not be read: " + e.text()));
            return;
        }
        complete(Reply.succeeded(command.id(), value));
    }

    private void complete(Reply<A> reply) {
        observe(reply.succeeded() ? ExchangeObserver.Outcome.SUCCEEDED : ExchangeObserver.Outcome.ERROR);
        guard(() -> promise.tryComplete(reply));
    }

    private void fail(ExchangeException cause) {
        boolean unknown = cause.execution() == Execution.UNKNOWN;
        observe(unknown ? ExchangeObserver.Outcome.UNKNOWN : ExchangeObserver.Outcome.NOT_EXECUTED);
        guard(() -> promise.tryFail(cause));
    }

    private void observe(ExchangeObserver.Outcome outcome) {
        if (ended != null && ended.compareAndSet(false, true)) {
            observer.commandEnded(command.type, outcome, Duration.ofNanos(clock.nanoTime() - startNanos));
        }
    }

    /** What a caller's listener throws is the caller's: it must not break the loop that serves all others. */
    private static void guard(Runnable completion) {
        try {
            completion.run();
        } catch (Throwable e) {
            LOG.log(Level.WARNING, "a listener of a reply failed", e);
        }
    }
}
