package io.exchange.channel;

import io.exchange.api.Command;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.ExchangeObserver.Outcome;
import io.exchange.api.Execution;
import io.exchange.api.PayloadType;
import io.exchange.api.Reply;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * The caller's side of a command: the future that the one outcome of a {@link PendingCommand} completes, on the context that
 * called {@code send} if it was one.
 *
 * @param <A> the type of the answer
 */
public final class PendingReply<A> implements PendingCommand.Owner {

    private final PayloadType<A> replyType;
    private final Promise<Reply<A>> promise;
    private final ExchangeObserver observer;
    private final Predicate<PendingCommand> rerouter;
    private final long startNanos;
    private final PendingCommand command;

    /**
     * Prepares a command for being sent; called where {@code send} was called, as it fixes the deadline.
     *
     * @param id the id, if the command has none of its own
     * @param command the command
     * @param clock the loops' clock
     * @param observer told of the outcome
     * @param rerouter asked whether it takes a command back whose path is lost
     * @param <Q> the type of the request
     */
    public <Q> PendingReply(
            CommandIds id,
            Command<Q, A> command,
            Loop clock,
            ExchangeObserver observer,
            Predicate<PendingCommand> rerouter) {
        this.replyType = command.type().reply();
        this.observer = observer;
        this.rerouter = rerouter;
        this.startNanos = clock.nanoTime();
        this.promise = promiseOnCallersContext();
        this.command = new PendingCommand(
                command.id().orElseGet(id::next),
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

    /**
     * What the caller waits for.
     *
     * @return the future of the reply
     */
    public Future<Reply<A>> future() {
        return promise.future();
    }

    /**
     * Ends a command that is on no path.
     *
     * @param cause why
     */
    public void refuse(ExchangeException cause) {
        ended(command, new io.exchange.protocol.Outcome.Refused(cause));
    }

    @Override
    public boolean takesBack(PendingCommand lost) {
        return rerouter.test(lost);
    }

    @Override
    public void ended(PendingCommand ended, io.exchange.protocol.Outcome outcome) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        if (outcome instanceof io.exchange.protocol.Outcome.Succeeded succeeded) {
            succeed(succeeded.payload(), elapsed);
        } else if (outcome instanceof io.exchange.protocol.Outcome.Failed failed) {
            observer.commandEnded(ended.type, Outcome.ERROR, elapsed);
            promise.complete(Reply.error(ended.id, failed.error()));
        } else if (outcome instanceof io.exchange.protocol.Outcome.Refused refused) {
            fail(refused.cause(), elapsed);
        }
    }

    private void succeed(Payload payload, Duration elapsed) {
        A value;
        try {
            value = payload.value(replyType);
        } catch (ExchangeException e) {
            fail(e.code().unknown("the reply came and could not be read: " + e.text()), elapsed);
            return;
        }
        observer.commandEnded(command.type, Outcome.SUCCEEDED, elapsed);
        promise.complete(Reply.succeeded(command.id, value));
    }

    private void fail(ExchangeException cause, Duration elapsed) {
        boolean unknown = cause.execution() == Execution.UNKNOWN;
        observer.commandEnded(command.type, unknown ? Outcome.UNKNOWN : Outcome.NOT_EXECUTED, elapsed);
        promise.fail(cause);
    }
}
