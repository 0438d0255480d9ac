package io.exchange.channel;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.ExchangeObserver.Drop;
import io.exchange.api.Limits;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import java.util.Optional;

/** Looks at a command that has come before anything is kept of it. Confined to the session's loop. */
final class CommandCheck {

    private final Session session;
    private final RememberedReplies memory;
    private final ExchangeObserver observer;

    CommandCheck(Session session, RememberedReplies memory, ExchangeObserver observer) {
        this.session = session;
        this.memory = memory;
        this.observer = observer;
    }

    /**
     * What speaks against a command.
     *
     * @param handled how many commands wait or run
     * @param largeBytes how many bytes those of them that are large have
     */
    Optional<ExchangeException> objection(
            Frame.Command frame, long delayNanos, long now, int handled, long largeBytes) {
        if (!isName(frame.id()) || !isName(frame.type())) {
            return Optional.of(ErrorCode.INVALID.notExecuted(
                    "a command's id and type have from 1 to " + Limits.MAX_NAME_LENGTH + " characters"));
        }
        if (!Limits.takesHeaders(frame.headers())) {
            return Optional.of(Refusals.tooLongHeaders());
        }
        if (frame.repeatAgeNanos() >= 0
                && !memory.neverStarted(RunningCommand.key(frame), now - frame.repeatAgeNanos() - delayNanos)) {
            observer.repeatReceived(frame.type(), false); // first, as nothing below is known not to have run before
            return Optional.of(notCovered());
        }
        ChannelLimits limits = session.limits();
        if (frame.payload().knownLength() > limits.maxPayloadBytes()) {
            return Optional.of(ErrorCode.TOO_LARGE.notExecuted("a payload of "
                    + frame.payload().knownLength() + " bytes, the channel takes " + limits.maxPayloadBytes()));
        }
        if (frame.timeLeftNanos() <= delayNanos) {
            observer.commandDropped(frame.type(), Drop.EXPIRED);
            return Optional.of(ErrorCode.TIMEOUT.notExecuted("the deadline passed on the way"));
        }
        if (isFull(handled)) {
            return Optional.of(Refusals.exhausted(handled + " commands are being handled"));
        }
        // a sender keeps to the half of it, but may have given up what still runs here
        if (largeBytes > 0 && largeBytes + RunningCommand.largeBytes(frame) > 2 * limits.maxLargeBytes()) {
            return Optional.of(Refusals.exhausted("large payloads of commands have " + largeBytes + " bytes already"));
        }
        return frame.fence() == null ? Optional.empty() : session.fence().objection(frame.fence());
    }

    /** Whether as many are handled as the other end may have out. */
    boolean isFull(int handled) {
        ChannelLimits limits = session.limits();
        return handled >= limits.maxInFlight() + limits.maxQueued();
    }

    private static boolean isName(String text) {
        return !text.isEmpty() && text.length() <= Limits.MAX_NAME_LENGTH;
    }

    static ExchangeException notCovered() {
        return ErrorCode.CHANNEL_CLOSED.unknown("a repeat from before what is remembered here");
    }
}
