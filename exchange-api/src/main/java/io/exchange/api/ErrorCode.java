package io.exchange.api;

import org.jspecify.annotations.Nullable;

/**
 * Why a command ended without a reply, a channel was refused, or a call was refused. The number is the one on the wire.
 *
 * <p>Each is thrown together with an {@link Execution}, which alone says whether the command may have run: branch on that,
 * never on the code. "Not executed" below is said of an attempt that is the first: once an earlier one may have been
 * delivered, or where a handler fails with an {@link ExchangeException} of its own, a command ends unknown with any code.
 */
public enum ErrorCode {
    /**
     * No channel fits: no connector of the target is attached, or none that fits the route. Said after one look at the
     * record of the target itself. Not executed. Send again when the target has come, or use
     * {@link Command#withWaitForTarget(boolean)}.
     */
    NO_CHANNEL(1),
    /**
     * The deadline passed first. Not executed if the command never left this side or the handler's side said so; else
     * unknown: the handler is told to cancel, but may have finished.
     */
    TIMEOUT(2),
    /**
     * The channel was lost and the command could not wait for its session, or its session ended. Says nothing of the
     * handler unless it comes as not executed.
     */
    CHANNEL_CLOSED(3),
    /** The other side has no handler for the type. Not executed. Register one, or check the version in the name. */
    UNKNOWN_COMMAND(4),
    /** A limit was reached. Not executed. Send again after {@link ExchangeException#retryAfter()}, if it says so, or a little later. */
    EXHAUSTED(5),
    /** The caller cancelled. Not executed if the cancel came before the start. */
    CANCELLED(6),
    /** A payload is over the limit of the channel. From a sender's own check not executed; a reply too large is unknown. */
    TOO_LARGE(7),
    /**
     * Something is malformed: an id, a payload that is not of the declared type, a frame. Not executed when the command
     * was malformed, unknown when its reply was. Sending the same again does not help.
     */
    INVALID(8),
    /** The credentials are missing or wrong: final until they are changed. With a retry hint: they have expired, or do not hold yet. */
    UNAUTHENTICATED(9),
    /** The identity is known but may not do this. Final until its rights are changed. */
    FORBIDDEN(10),
    /**
     * The command asked for the holder of a role and the one that it reached is not. Not executed. A controller looks for the
     * holder again until the deadline and then says {@link #TIMEOUT}; connectors see this code.
     */
    NOT_PRIMARY(11),
    /** The command carried a term older than one already seen. Not executed; the sender has lost its role. */
    STALE_TERM(12),
    /** This side is stopping and takes no more. Not executed if it had not been sent: another node may take it. Else unknown. */
    SHUTTING_DOWN(13),
    /**
     * The records of the cluster cannot be reached, or this node has no lease: the message says so; try again later, or on another
     * node. With any other message a fault of the exchange itself: please report it.
     */
    INTERNAL(14);

    private static final ErrorCode[] BY_NUMBER = new ErrorCode[15];

    static {
        for (ErrorCode code : values()) {
            BY_NUMBER[code.number] = code;
        }
    }

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    /**
     * The number on the wire, stable for ever.
     *
     * @return the number, from 1
     */
    public int number() {
        return number;
    }

    /**
     * The code of a number on the wire.
     *
     * @param number the number
     * @return the code, {@link #INTERNAL} for a number that this version does not know
     */
    public static ErrorCode of(int number) {
        return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : INTERNAL;
    }

    /**
     * An exception with this code for a command that did not run.
     *
     * @param message what happened and what to do
     * @return the exception
     */
    public ExchangeException notExecuted(String message) {
        return new ExchangeException(this, Execution.NOT_EXECUTED, message, null);
    }

    /**
     * An exception with this code for a command that did not run.
     *
     * @param message what happened and what to do
     * @param cause the cause, or null
     * @return the exception
     */
    public ExchangeException notExecuted(String message, @Nullable Throwable cause) {
        return new ExchangeException(this, Execution.NOT_EXECUTED, message, cause);
    }

    /**
     * An exception with this code for a command that may have run.
     *
     * @param message what happened and what to do
     * @return the exception
     */
    public ExchangeException unknown(String message) {
        return new ExchangeException(this, Execution.UNKNOWN, message, null);
    }
}
