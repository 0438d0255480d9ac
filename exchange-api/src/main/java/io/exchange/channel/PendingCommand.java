package io.exchange.channel;

import io.exchange.api.Command;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Grant;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command that waits for its outcome, at the side that sent it. Whatever path it is on confines it; it ends once, when it
 * is taken out of that path's {@link PendingCommands}.
 */
public final class PendingCommand implements Runnable {

    /** Who sent the command and is told how it ended. */
    public interface Owner {

        /**
         * The command has ended. Called once, on the loop of the path it was last on.
         *
         * @param command the command
         * @param outcome how
         */
        void ended(PendingCommand command, Outcome outcome);

        /**
         * The path that the command is on is lost. Called on the loop of that path.
         *
         * @param command the command, on no path if it is taken back
         * @return whether the owner takes it back, to send it by another path; if not, the path goes on with it
         */
        default boolean takesBack(PendingCommand command) {
            return false;
        }

        /**
         * The receiver did not run the command, as it does not hold the slot and term that it carries, or, at another node, has
         * no room for it. Called on the loop of the path.
         *
         * @param command the command, on no path if it is taken back
         * @param refusal what the receiver said
         * @return whether the owner takes it back, to look for another receiver
         */
        default boolean retries(PendingCommand command, ExchangeException refusal) {
            return false;
        }
    }

    /** Where a command stands on its path. */
    enum State {
        /** On no path. */
        LOOSE,
        /** Waits while its payload is being encoded on another thread. */
        ENCODING,
        /** Waits for a place; was never sent on this path. */
        QUEUED,
        /** Sent on the present channel. */
        SENT,
        /** Sent on a channel that is lost; waits for the session to attach again. */
        AWAITING,
        /** Over. */
        ENDED
    }

    /** How long a cancelled command waits for what its handler has to say. */
    static final long CANCEL_PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long NEVER = Long.MIN_VALUE;

    /** A sender that stood still for longer may have been given up, and somebody else have sent the command for it. */
    private static final long SURELY_ALONE_NANOS = Duration.ofSeconds(1).toNanos();

    /** The legs from a node to a session that one leg of the owner may become. */
    private static final int LEGS_EACH = 1 << 10;

    private final String commandId;
    /** Whether its sender gave it the id, and so may have given that to others too. */
    private final boolean idIsGiven;
    /** The id under which it goes on its path. */
    private String key;

    final String type;
    final Delivery delivery;
    final long deadlineNanos;
    final Payload payload;
    final Map<String, String> headers;
    final @Nullable String orderKey;
    final Owner owner;
    private @Nullable Grant fence;
    private Frame.@Nullable Onward onward;

    State state = State.LOOSE;
    /** What it is counted with among the large payloads of its path. */
    int largeBytes;
    /** Its place in the order in which its path accepted commands. */
    long number;
    /** Whether its handler was told that nobody waits any more. */
    boolean cancelled;

    /** Until when what its handler has to say is waited for; {@link #NEVER} as long as it is wanted. */
    private volatile long patienceOverNanos = NEVER;

    final Alarm alarm;
    private volatile @Nullable PendingCommands path;
    private @Nullable CommandStreams streams;
    private int attempt = 1;
    private int leg;
    private int legsBefore;
    private int firstLeg = 1;
    private String firstChannel = "";
    private long firstSentNanos = NEVER;
    private long sharedSinceNanos = NEVER;
    private boolean sentBefore;
    /** Whether others know of it and may go on with it. */
    private boolean shared;

    /**
     * A command that is about to be sent.
     *
     * @param id its id
     * @param command what to send; its payload is taken from here
     * @param payload the request
     * @param deadlineNanos the deadline on the loops' clock, {@link Frame#NO_DEADLINE} for none
     * @param owner who is told of the outcome
     */
    public PendingCommand(String id, Command<?, ?> command, Payload payload, long deadlineNanos, Owner owner) {
        this.commandId = id;
        this.idIsGiven = command.id().isPresent();
        this.key = id;
        this.type = command.type().name();
        this.delivery = command.delivery();
        this.headers = command.headers();
        this.orderKey = command.orderKey().orElse(null);
        this.deadlineNanos = deadlineNanos;
        this.payload = payload;
        this.owner = owner;
        this.alarm = new Alarm(this);
    }

    /** A command of another node, to be sent on to a session of this one. */
    PendingCommand(Frame.Command frame, Frame.Onward onward, long delayNanos, long nowNanos, Owner owner) {
        this.commandId = frame.id();
        this.idIsGiven = true;
        this.key = commandId;
        this.type = frame.type();
        this.delivery = onward.delivery();
        this.headers = frame.headers();
        this.orderKey = frame.orderKey();
        this.deadlineNanos = RunningCommand.deadline(nowNanos, frame.timeLeftNanos(), delayNanos);
        this.payload = frame.payload();
        this.owner = owner;
        this.alarm = new Alarm(this);
        this.attempt = frame.attempt();
        this.legsBefore = frame.leg() * LEGS_EACH; // what is said of a leg that went by here before is not of this one
        this.leg = legsBefore;
        this.fence = frame.fence();
        if (frame.repeatAgeNanos() != Frame.NOT_REPEATED) {
            this.firstChannel = frame.origin();
            this.firstSentNanos = nowNanos - delayNanos - frame.repeatAgeNanos();
            this.firstLeg = 0; // went by another node
        }
    }

    /**
     * The id.
     *
     * @return the command id
     */
    public String id() {
        return commandId;
    }

    /** What all frames of it say on its present path: between nodes an id that was given is told from the same of others. */
    String key() {
        return key;
    }

    /**
     * The name of the type.
     *
     * @return the name
     */
    public String type() {
        return type;
    }

    /**
     * When it ends at the latest.
     *
     * @return the deadline on the loops' clock, {@link Frame#NO_DEADLINE} for none
     */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /**
     * Whether some leg of it may have been delivered.
     *
     * @return whether it was ever sent
     */
    public boolean wasSent() {
        return sentBefore || firstSentNanos != NEVER;
    }

    /** What may be said of its end: once an earlier attempt may have run elsewhere, nobody can say that it did not. */
    Outcome truth(Outcome said) {
        if (sentBefore && said instanceof Outcome.Refused refused) {
            return new Outcome.Refused(unknown(refused.cause()));
        }
        return said;
    }

    /**
     * Why it ends, by who cannot ask its handler: of a command that some leg may have brought there nobody else can say that it
     * did not run.
     *
     * @param code the code
     * @param message for people
     * @return not executed if it was never sent, else unknown
     */
    public ExchangeException refusal(ErrorCode code, String message) {
        return wasSent() ? code.unknown(message) : code.notExecuted(message);
    }

    /** The same of a command that may have run, its hint included. */
    static ExchangeException unknown(ExchangeException said) {
        ExchangeException unknown = said.code().unknown(said.text());
        return said.retryAfter().map(unknown::withRetryAfter).orElse(unknown);
    }

    /** Whether the session that it is on may have seen it, so that sending it there again is a repeat. */
    boolean isRepeat() {
        return firstSentNanos != NEVER;
    }

    /** Whether its sender knows of the other one, and asks for the same execution or for one after that. */
    boolean goesOnWith(PendingCommand before) {
        return isRepeat() || attempt > before.attempt;
    }

    /** The session itself says that it never ran it; what is known of other sessions stays. */
    void wasNotRun() {
        firstSentNanos = NEVER;
    }

    /** Whether no leg before the last can have reached anybody; what is asked about has come to the node that is asked. */
    boolean isOnItsOnlyLeg() {
        return leg == legsBefore + 1 && firstLeg == leg && !asksHandlers();
    }

    private boolean asksHandlers() {
        return onward != null && onward.toHandlers();
    }

    /** What it is sent to answers for all its earlier legs too, with its first answer. */
    void isQuestion() {
        firstLeg = leg + 1;
    }

    /** The session did not get the last leg; what is known of earlier ones stays. */
    void wasNotDelivered() {
        if (firstLeg == leg) {
            firstSentNanos = NEVER;
        }
    }

    /**
     * Whether it may be sent again to the session that may have got it.
     *
     * @return whether it may; a command with items may not, as no end remembers items
     */
    public boolean mayRepeat() {
        return delivery != Delivery.AT_MOST_ONCE && streams == null;
    }

    /**
     * Whether it may start anew on another session, though this one may have started it.
     *
     * @return whether it may
     */
    public boolean mayStartAnew() {
        return delivery == Delivery.AT_LEAST_ONCE && (streams == null || streams.canRestart());
    }

    /** Its next leg goes to another session, as if for the first time. Called by an owner that has taken it back. */
    public void startAnew() {
        if (wasSent()) {
            sentBefore = true;
            firstSentNanos = NEVER;
            attempt++;
            if (streams != null) {
                streams.restart();
            }
        }
    }

    /**
     * Sets by which session of another node the command is to be sent on, before it is put on the path to that node.
     *
     * @param next the session; null if the path is that of the session itself
     */
    public void onward(Frame.@Nullable Onward next) {
        onward = next;
        key = next == null || !idIsGiven ? commandId : next.sharedId(commandId);
    }

    Frame.@Nullable Onward onward() {
        return onward;
    }

    /**
     * Cancels it, wherever it is. Any thread; does nothing if it has ended.
     *
     * @param home the loop where it waits while it is on no path
     * @param whenLoose ends it if it is on no path; called on that loop
     */
    public void cancel(Loop home, Runnable whenLoose) {
        wantNoMore(home.nanoTime());
        home.execute(() -> {
            PendingCommands on = path;
            if (on == null) {
                whenLoose.run();
            } else {
                on.session().execute(() -> {
                    if (path == on) {
                        on.cancel(this);
                    } else { // taken back meanwhile, or on another path already
                        cancel(home, whenLoose);
                    }
                });
            }
        });
    }

    /** From now on it is only brought to a handler that runs it, so that it hears so. Any thread. */
    void wantNoMore(long nowNanos) {
        if (patienceOverNanos == NEVER) {
            patienceOverNanos = nowNanos + CANCEL_PATIENCE_NANOS;
        }
    }

    /**
     * Whether nobody wants it any more, so that it must not start. Looked at after {@link #enter}, as the path is looked at
     * after this is set: so one of the two sees the other. Any thread.
     *
     * @return whether it was cancelled
     */
    public boolean isCancelRequested() {
        return patienceOverNanos != NEVER;
    }

    /**
     * When it ends at the latest, now that it may have been cancelled. Any thread.
     *
     * @return the deadline, or the end of the time in which a cancelled command waits for its handler if that is earlier
     */
    public long dueNanos() {
        long patienceOver = patienceOverNanos;
        return patienceOver == NEVER ? deadlineNanos : Math.min(deadlineNanos, patienceOver);
    }

    void streams(CommandStreams newStreams) {
        streams = newStreams;
    }

    @Nullable
    CommandStreams streams() {
        return streams;
    }

    @Nullable
    PendingCommands path() {
        return path;
    }

    /**
     * How it is delivered.
     *
     * @return the delivery
     */
    public Delivery delivery() {
        return delivery;
    }

    /**
     * Sets the slot and term that the receiver must hold, before the command is put on a path.
     *
     * @param grant the slot and term
     */
    public void fence(Grant grant) {
        fence = grant;
    }

    /**
     * Sets which execution it asks for, before it is put on a path.
     *
     * @param number the attempt, from 1
     */
    public void attempt(int number) {
        attempt = number;
    }

    /**
     * Another sender may have sent it to the session that it is for, so it is a repeat from its first leg on.
     *
     * @param nanos when it was first sent, on the loops' clock, or before
     */
    public void sentSince(long nanos) {
        firstSentNanos = nanos;
        firstLeg = 0; // no leg of ours
        shared = true;
    }

    /**
     * From now on another sender may go on with it if this one seems to be gone. If that is not a moment ago when it is sent, it
     * is sent as a repeat, so that the session looks whether it has had it from the other one.
     *
     * @param nanos now, on the loops' clock
     */
    public void sharedSince(long nanos) {
        sharedSinceNanos = nanos;
        shared = true;
    }

    boolean isShared() {
        return shared;
    }

    int leg() {
        return leg;
    }

    void enter(@Nullable PendingCommands newPath) {
        path = newPath;
    }

    /** What tells its handler that nobody wants it any more, though this path may never have sent it. */
    Frame.Cancel cancelOfEarlierLegs() {
        return new Frame.Cancel(key, onward == null ? Frame.Cancel.EVERY_LEG : leg, "", onward);
    }

    /** The same of the leg that it is on. */
    Frame.Cancel cancelOfThisLeg() {
        return new Frame.Cancel(key, leg, "", asksHandlers() ? onward : null); // no end keeps that it was asked
    }

    /** The frame of the next leg. */
    Frame.Command nextLeg(long nowNanos, String channelId) {
        leg++;
        boolean first = firstSentNanos == NEVER;
        boolean alone = sharedSinceNanos == NEVER || nowNanos - sharedSinceNanos < SURELY_ALONE_NANOS;
        if (first) {
            firstSentNanos = alone ? nowNanos : sharedSinceNanos;
            firstLeg = alone ? leg : 0; // else another sender may have sent it before
            firstChannel = channelId;
        }
        long age = first && alone ? Frame.NOT_REPEATED : nowNanos - firstSentNanos;
        String origin = age == Frame.NOT_REPEATED ? "" : firstChannel;
        long timeLeft = deadlineNanos == Frame.NO_DEADLINE ? Frame.NO_DEADLINE : deadlineNanos - nowNanos;
        Frame.Items items = streams == null ? Frame.Items.NONE : streams.items();
        return new Frame.Command(
                key, leg, origin, type, headers, timeLeft, age, attempt, orderKey, fence, items, onward, payload);
    }

    /** The alarm rings. */
    @Override
    public void run() {
        PendingCommands on = path;
        if (on != null) {
            on.alarmRang(this);
        }
    }
}
