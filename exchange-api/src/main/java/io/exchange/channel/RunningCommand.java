package io.exchange.channel;

import io.exchange.api.Channel;
import io.exchange.api.CommandContext;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.HandlerException;
import io.exchange.api.ReplyError;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.AsyncResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A command at the side of its handler, from its arrival to its answer. Its life is confined to the session's loop; what it
 * shows the handler as {@link CommandContext} may be used from any thread.
 */
final class RunningCommand implements CommandContext, Runnable {

    private static final long FARTHEST_NANOS = Long.MAX_VALUE / 2;

    /** Where it stands. */
    enum State {
        /** Waits for a place or for its order key. */
        WAITING,
        /** Its handler runs. */
        RUNNING,
        /** Its handler runs, and nobody waits for the answer. */
        CANCELLED,
        /** Over, whatever its handler still does. */
        ENDED
    }

    final CommandDispatcher dispatcher;
    final String key;
    final Frame.Command frame;
    final long cameNanos;
    final long deadlineNanos;
    final int largeBytes;
    long startNanos;
    /** How many times other nodes had been asked about others when it came. */
    int questionsBefore;
    /** Whether the dispatcher can find it: not if it is answered at once. */
    boolean isRegistered;

    private volatile State state = State.WAITING;
    private int replyLeg;
    private String replyOrigin;
    /** Made when it is first needed, as most commands are answered at once. */
    private @Nullable Alarm alarm;

    private @Nullable List<Consumer<Outcome>> askers;
    private @Nullable List<Runnable> cancelActions;
    private @Nullable HandlerStreams<?, ?> streams;
    private volatile List<ExchangeException> refusals = List.of();

    RunningCommand(CommandDispatcher dispatcher, String key, Frame.Command frame, long nowNanos, long timeLeftNanos) {
        this.dispatcher = dispatcher;
        this.key = key;
        this.frame = frame;
        this.cameNanos = nowNanos;
        this.deadlineNanos = deadline(nowNanos, timeLeftNanos, 0);
        this.replyLeg = frame.leg();
        this.replyOrigin = frame.origin();
        this.largeBytes = largeBytes(frame);
    }

    /** The length of its payload if that is large, else 0. */
    static int largeBytes(Frame.Command frame) {
        int length = frame.payload().knownLength();
        return length > BulkSender.FRAGMENT_BYTES ? length : 0;
    }

    /** The deadline; one beyond what the clock can count to is none. */
    static long deadline(long nowNanos, long timeLeftNanos, long delayNanos) {
        return timeLeftNanos > FARTHEST_NANOS ? Frame.NO_DEADLINE : nowNanos + timeLeftNanos - delayNanos;
    }

    State state() {
        return state;
    }

    void moveTo(State next) {
        state = next;
    }

    /** A repeat has come: the answer goes where that came from. */
    void answerTo(Frame.Command repeat) {
        replyLeg = repeat.leg();
        replyOrigin = repeat.origin();
    }

    /** Another node asks what becomes of it. */
    void answerTo(Consumer<Outcome> asker) {
        if (askers == null) {
            askers = new ArrayList<>(1);
        }
        askers.add(asker);
    }

    /** Tells all that have asked: each question ends, whoever else has asked and wherever the command was repeated since. */
    void tellAskers(Outcome outcome) {
        if (askers != null) {
            askers.forEach(asker -> asker.accept(outcome));
        }
    }

    Alarm alarm() {
        Alarm made = alarm;
        if (made == null) {
            made = new Alarm(this);
            alarm = made;
        }
        return made;
    }

    void cancelAlarm() {
        if (alarm != null) {
            alarm.cancel();
        }
    }

    boolean isOn(int leg) {
        return replyLeg == leg;
    }

    boolean isUpTo(int leg) {
        return replyLeg <= leg;
    }

    Frame.Reply reply(Outcome outcome) {
        return new Frame.Reply(frame.id(), replyLeg, replyOrigin, outcome);
    }

    Frame.Item item(long sequence, boolean last, Payload payload) {
        return new Frame.Item(frame.id(), replyLeg, replyOrigin, false, sequence, last, payload);
    }

    Frame.Credit credit(long items, long bytes) {
        return new Frame.Credit(frame.id(), replyLeg, replyOrigin, true, items, bytes);
    }

    <U, D> HandlerStreams<U, D> open(HandlerStreams<U, D> opened) {
        streams = opened;
        opened.open();
        return opened;
    }

    @Nullable
    HandlerStreams<?, ?> streams() {
        return streams;
    }

    /** What tells its executions apart: the same for every repeat, another for every new attempt. */
    static String key(Frame.Command frame) {
        return frame.attempt() <= 1 ? frame.id() : frame.id() + "#" + frame.attempt();
    }

    /** Tells the handler that nobody waits any more. */
    void tellCancelled() {
        if (streams != null) {
            streams.cancelled();
        }
        List<Runnable> actions;
        synchronized (this) {
            actions = cancelActions == null ? List.of() : List.copyOf(cancelActions);
            cancelActions = null;
        }
        actions.forEach(Guard::run);
    }

    void answered(AsyncResult<Payload> answer) {
        if (dispatcher.inLoop()) {
            dispatcher.answered(this, answer);
        } else {
            dispatcher.execute(() -> dispatcher.answered(this, answer));
        }
    }

    /** How it ended, by what its handler says. */
    Outcome outcome(AsyncResult<Payload> answer, Session session) {
        if (answer.succeeded()) {
            try {
                session.check(answer.result());
                return new Outcome.Succeeded(answer.result());
            } catch (ExchangeException e) {
                return new Outcome.Refused(e.code().unknown("the reply cannot be sent: " + e.text()));
            }
        }
        Throwable cause = answer.cause();
        if (cause instanceof HandlerException said) {
            return new Outcome.Failed(said.error());
        }
        if (cause instanceof ExchangeException refused) {
            if (refusals.stream().anyMatch(refused::isCopyOf)) {
                return new Outcome.Refused(refused);
            }
            // even a "not executed" of something that the handler sent itself: this handler did run
            return new Outcome.Refused(PendingCommand.unknown(refused));
        }
        return new Outcome.Failed(new ReplyError(ReplyError.HANDLER_FAILED, String.valueOf(cause)));
    }

    /** The alarm rings. */
    @Override
    public void run() {
        dispatcher.alarmRang(this);
    }

    @Override
    public String commandId() {
        return frame.id();
    }

    @Override
    public Optional<Duration> timeLeft() {
        if (deadlineNanos == Frame.NO_DEADLINE) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(Math.max(0, deadlineNanos - dispatcher.nanoTime())));
    }

    @Override
    public Map<String, String> headers() {
        return frame.headers();
    }

    @Override
    public Channel channel() {
        return dispatcher.view();
    }

    @Override
    public boolean isCancelled() {
        return state == State.CANCELLED || state == State.ENDED;
    }

    @Override
    public ExchangeException refusal(ErrorCode code, String message) {
        ExchangeException said = code.notExecuted(message);
        synchronized (this) {
            List<ExchangeException> all = new ArrayList<>(refusals);
            all.add(said);
            refusals = all;
        }
        return said;
    }

    @Override
    public void onCancel(Runnable action) {
        if (state == State.ENDED) {
            return;
        }
        synchronized (this) {
            if (cancelActions == null) {
                cancelActions = new ArrayList<>(1);
            }
            cancelActions.add(action);
        }
        if (state == State.CANCELLED) {
            dispatcher.execute(this::tellCancelled);
        }
    }
}
