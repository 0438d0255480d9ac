package io.exchange.channel;

import io.exchange.api.Channel;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.ExchangeObserver.Drop;
import io.exchange.api.HealthCheck;
import io.exchange.api.Limits;
import io.exchange.api.ReplyStatus;
import io.exchange.channel.RunningCommand.State;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a session: takes each command, starts its handler once, and sends its one answer. Confined to the
 * session's loop.
 */
final class CommandDispatcher implements CommandReceiver {

    /** How long a handler whose command was cancelled may go on before its place is freed. */
    static final long CANCEL_PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();

    private final Session session;
    private final Handlers handlers;
    private final ExchangeObserver observer;
    private final boolean observed;
    private final Map<String, RunningCommand> commands = new HashMap<>();
    private final RememberedReplies memory;
    private final CommandCheck check;
    private final StartOrder order;
    private @Nullable Questions questions;
    private long largeBytes;
    private boolean starting;

    CommandDispatcher(
            Session session,
            Handlers handlers,
            ExchangeObserver observer,
            int maxConcurrent,
            RememberedReplies memory) {
        this.session = session;
        this.handlers = handlers;
        this.observer = observer;
        this.observed = observer != ExchangeObserver.NONE;
        this.order = new StartOrder(maxConcurrent);
        this.memory = memory;
        this.check = new CommandCheck(session, memory, observer);
    }

    boolean inLoop() {
        return session.loop().inLoop();
    }

    void execute(Runnable task) {
        session.execute(task);
    }

    long nanoTime() {
        return session.loop().nanoTime();
    }

    Channel view() {
        return session.channel();
    }

    long attachNumber() {
        return session.channel().attachNumber();
    }

    /** Commands that wait or run, or that another node is asked about, those that nobody waits for among them. */
    @Override
    public int size() {
        return commands.size() + (questions == null ? 0 : questions.size());
    }

    boolean isFull() {
        return check.isFull(size());
    }

    @Override
    public void received(Frame.Command frame, long delayNanos, long now) {
        boolean isRepeat = frame.repeatAgeNanos() != Frame.NOT_REPEATED;
        if (isKnown(frame, isRepeat)) {
            observer.repeatReceived(frame.type(), true);
        } else if (isRepeat && !session.elsewhere().isHere(frame.origin())) {
            questions().ask(frame, delayNanos, now);
        } else {
            receivedNew(frame, delayNanos, now, order.questions());
        }
    }

    /** Whether a command runs here or is remembered, and so has its answer now or when it ends. */
    boolean isKnown(Frame.Command frame, boolean isRepeat) {
        String key = RunningCommand.key(frame);
        RunningCommand known = commands.isEmpty() ? null : commands.get(key);
        if (known != null) {
            known.answerTo(frame);
            return true;
        }
        Optional<Outcome> remembered = isRepeat ? memory.find(key) : Optional.empty();
        remembered.ifPresent(outcome -> reply(frame, outcome));
        return remembered.isPresent();
    }

    /**
     * Answers a question of the node that the session is on now: what became of a command that came here first?
     *
     * @param isBack whether the session is here again meanwhile, and so repeats the command here
     */
    void asked(Frame.Command repeat, long delayNanos, long now, boolean isBack, Consumer<Outcome> answer) {
        String key = RunningCommand.key(repeat);
        RunningCommand known = commands.get(key);
        Optional<Outcome> remembered = known == null ? memory.find(key) : Optional.empty();
        if (known != null) {
            known.answerTo(answer);
        } else if (remembered.isPresent()) {
            answer.accept(remembered.get());
        } else if (isBack) {
            answer.accept(new Outcome.Refused(leftBehind()));
        } else if (memory.neverStarted(key, now - repeat.repeatAgeNanos() - delayNanos)) {
            ExchangeException left = ErrorCode.CHANNEL_CLOSED.unknown("it was left to another node");
            memory.add(key, new Outcome.Refused(left), now); // that one may run it, so it is said once
            answer.accept(new Outcome.NotHere(false));
        } else {
            observer.repeatReceived(repeat.type(), false);
            answer.accept(new Outcome.Refused(CommandCheck.notCovered()));
        }
    }

    /** What is asked of other nodes; most sessions never ask. */
    private Questions questions() {
        Questions present = questions;
        if (present == null) {
            present = new Questions(this, session.elsewhere(), order);
            questions = present;
        }
        return present;
    }

    private static ExchangeException leftBehind() {
        return ErrorCode.CHANNEL_CLOSED.unknown("its session has come back to the node that first had it");
    }

    /** The node that a repeat names cannot say what became of the command. */
    void cannotBeKnown(Frame.Command repeat) {
        observer.repeatReceived(repeat.type(), false);
        refuse(
                repeat,
                ErrorCode.CHANNEL_CLOSED.unknown(
                        "the node that first had the command cannot be asked what became of it"));
    }

    /** The node that a repeat names never got the command: it runs here, if it has come by the present channel. */
    void neverCame(AskedElsewhere question) {
        if (!question.isLeft()) {
            long now = nanoTime();
            receivedNew(question.repeat().anew(), now - question.leftNanos(), now, question.number() - 1);
        }
    }

    /** A question has been answered, and what came after the repeat need not wait for that any more. */
    void questionEnded() {
        startWaiting();
        session.mayBeIdle();
    }

    void reply(Frame.Command frame, Outcome outcome) {
        session.send(new Frame.Reply(frame.id(), frame.leg(), frame.origin(), outcome));
    }

    private void receivedNew(Frame.Command frame, long delayNanos, long now, int questionsBefore) {
        Optional<ExchangeException> objection = check.objection(frame, delayNanos, now, size(), largeBytes);
        if (objection.isPresent()) {
            refuse(frame, objection.get());
            return;
        }
        long timeLeft =
                frame.timeLeftNanos() == Frame.NO_DEADLINE ? Frame.NO_DEADLINE : frame.timeLeftNanos() - delayNanos;
        RunningCommand command = new RunningCommand(this, RunningCommand.key(frame), frame, now, timeLeft);
        command.questionsBefore = questionsBefore;
        memory.forgetDropped(command.key);
        if (isHealthCheck(frame) || order.startsAtOnce(command)) {
            startAndRegister(command, now);
        } else {
            register(command);
            order.add(command);
            startWaiting();
        }
    }

    /** Most handlers answer at once, and then nobody can have looked for their commands. */
    private void startAndRegister(RunningCommand command, long now) {
        boolean early = command.frame.items() != Frame.Items.NONE;
        if (early) {
            register(command);
        }
        start(command, now);
        if (!early && command.state() != State.ENDED) {
            register(command);
            if (session.state() == Session.State.ENDED) {
                stop(command);
            }
        }
    }

    private void register(RunningCommand command) {
        command.isRegistered = true;
        largeBytes += command.largeBytes;
        commands.put(command.key, command);
        if (command.deadlineNanos != Frame.NO_DEADLINE) {
            session.loop().schedule(command.alarm(), command.deadlineNanos);
        }
    }

    /** Being asked for one's health does not wait for work to be done: whoever is busy is not mute. */
    private static boolean isHealthCheck(Frame.Command frame) {
        return frame.type().equals(HealthCheck.TYPE.name());
    }

    private void refuse(Frame.Command frame, ExchangeException why) {
        reply(frame, new Outcome.Refused(why));
    }

    private void start(RunningCommand command, long now) {
        Frame.Command frame = command.frame;
        if (now >= command.deadlineNanos) {
            expire(command); // its alarm may ring a little late
            return;
        }
        Optional<Handlers.ForCommands<?, ?>> handler = handlers.forCommand(frame.type());
        occupy(command, now);
        if (handler.isEmpty()) {
            finish(
                    command,
                    new Outcome.Refused(
                            ErrorCode.UNKNOWN_COMMAND.notExecuted("there is no handler for " + frame.type())));
        } else {
            run(command, handler.get());
        }
    }

    private <Q, A> void run(RunningCommand command, Handlers.ForCommands<Q, A> handler) {
        Payload payload = command.frame.payload();
        if (payload.isToBeDecodedElsewhere(handler.type().request())) {
            decodeElsewhere(command, handler);
            return;
        }
        Q request;
        try {
            request = payload.value(handler.type().request());
        } catch (ExchangeException unreadable) {
            finish(command, new Outcome.Refused(unreadable));
            return;
        }
        call(command, handler, request);
    }

    private <Q, A> void decodeElsewhere(RunningCommand command, Handlers.ForCommands<Q, A> handler) {
        Payload payload = command.frame.payload();
        Promise<Q> decoded = Promise.promise();
        session.loop()
                .offload(
                        () -> decode(payload, handler).onComplete(decoded),
                        () -> execute(() -> callAfterDecoding(command, handler, decoded.future())));
    }

    private <Q, A> void callAfterDecoding(
            RunningCommand command, Handlers.ForCommands<Q, A> handler, Future<Q> request) {
        if (command.state() == State.CANCELLED) {
            finish(command, new Outcome.Refused(ErrorCode.CANCELLED.notExecuted("cancelled before it was started")));
        } else if (command.state() == State.RUNNING && nanoTime() >= command.deadlineNanos) {
            expire(command); // its alarm may ring a little late
        } else if (command.state() == State.RUNNING && request.cause() instanceof ExchangeException unreadable) {
            finish(command, new Outcome.Refused(unreadable));
        } else if (command.state() == State.RUNNING) {
            call(command, handler, request.result());
        }
    }

    private static <Q, A> Future<Q> decode(Payload payload, Handlers.ForCommands<Q, A> handler) {
        try {
            return Future.succeededFuture(payload.value(handler.type().request()));
        } catch (ExchangeException e) {
            return Future.failedFuture(e);
        }
    }

    private <Q, A> void call(RunningCommand command, Handlers.ForCommands<Q, A> handler, Q request) {
        observer.handlerStarted(command.frame.type());
        Future<Payload> answer = answer(command, handler, request);
        if (answer.isComplete()) {
            answered(command, answer);
        } else {
            answer.onComplete(command::answered);
        }
    }

    private <Q, A> Future<Payload> answer(RunningCommand command, Handlers.ForCommands<Q, A> handler, Q request) {
        try {
            return handler.answer(request, session, command);
        } catch (Throwable e) {
            return Future.failedFuture(e);
        }
    }

    private void occupy(RunningCommand command, long now) {
        command.moveTo(State.RUNNING);
        command.startNanos = now;
        order.started(command);
    }

    void answered(RunningCommand command, AsyncResult<Payload> answer) {
        if (command.state() == State.ENDED) {
            observer.commandDropped(command.frame.type(), Drop.LATE_ANSWER);
        } else if (answer.succeeded() && answer.result().isToBeEncodedElsewhere() && !session.passesValues()) {
            Payload payload = answer.result();
            session.loop()
                    .offload(
                            () -> PendingCommands.encodeQuietly(payload),
                            () -> execute(() -> flushed(command, answer)));
        } else {
            flushed(command, answer);
        }
    }

    /** The answer follows after all the items that the handler wrote. */
    private void flushed(RunningCommand command, AsyncResult<Payload> answer) {
        HandlerStreams<?, ?> streams = command.streams();
        if (streams == null) {
            conclude(command, answer);
        } else {
            streams.whenFlushed(() -> conclude(command, answer));
        }
    }

    private void conclude(RunningCommand command, AsyncResult<Payload> answer) {
        if (command.state() == State.ENDED) {
            observer.commandDropped(command.frame.type(), Drop.LATE_ANSWER);
            return;
        }
        Outcome outcome = command.outcome(answer, session);
        if (observed) {
            ReplyStatus status = outcome instanceof Outcome.Succeeded ? ReplyStatus.SUCCEEDED : ReplyStatus.ERROR;
            Duration elapsed = Duration.ofNanos(Math.max(0, nanoTime() - command.startNanos));
            observer.handlerEnded(command.frame.type(), status, elapsed);
        }
        finish(command, outcome);
    }

    private void finish(RunningCommand command, Outcome said) {
        Outcome outcome = OutcomeBounds.cut(said);
        leave(command);
        memory.add(command.key, outcome, command.cameNanos);
        session.send(command.reply(outcome));
        command.tellAskers(outcome);
        HandlerStreams<?, ?> streams = command.streams();
        if (streams != null) {
            streams.ended();
        }
        startWaiting();
        session.mayBeIdle();
    }

    private void leave(RunningCommand command) {
        boolean occupied = command.state() == State.RUNNING || command.state() == State.CANCELLED;
        command.moveTo(State.ENDED);
        command.cancelAlarm();
        if (command.isRegistered) {
            commands.remove(command.key);
            largeBytes -= command.largeBytes;
        }
        if (occupied) {
            order.ended(command);
        } else {
            order.remove(command);
        }
    }

    private void startWaiting() {
        if (starting) {
            return; // a handler that answers at once came back here; the loop below goes on
        }
        starting = true;
        try {
            @Nullable RunningCommand next = order.takeNext();
            while (next != null) {
                start(next, nanoTime());
                next = order.takeNext();
            }
        } finally {
            starting = false;
        }
    }

    @Override
    public void received(Frame.Message frame) {
        Handlers.ForMessages<?> handler = handlers.forMessage(frame.type()).orElse(null);
        if (handler == null) {
            observer.messageDropped(frame.type(), Drop.NO_HANDLER);
            return;
        }
        if (!Limits.takesHeaders(frame.headers())) {
            observer.messageDropped(frame.type(), Drop.INVALID);
            return;
        }
        try {
            handler.handle(frame, session.channel());
        } catch (ExchangeException e) {
            observer.messageDropped(frame.type(), e.code() == ErrorCode.INVALID ? Drop.INVALID : Drop.HANDLER_FAILED);
        } catch (Throwable e) {
            observer.messageDropped(frame.type(), Drop.HANDLER_FAILED);
        }
    }

    @Override
    public void cancel(Frame.Cancel cancel) {
        List<RunningCommand> executions = upTo(cancel.leg(), cancel.id());
        boolean isAsked = questions != null && questions.cancel(cancel.id());
        if (executions.isEmpty() && !isAsked) {
            observer.commandDropped("", Drop.AFTER_THE_END);
        }
        executions.forEach(this::cancel);
    }

    /** All executions of a command up to a leg: what a repeat that was cut off joins is cancelled with it. */
    private List<RunningCommand> upTo(int leg, String id) {
        RunningCommand first = commands.get(id);
        if (leg <= 1) {
            return first == null || !first.isOn(leg) ? List.of() : List.of(first);
        }
        return commands.values().stream()
                .filter(command -> command.isUpTo(leg) && command.frame.id().equals(id))
                .toList();
    }

    private void cancel(RunningCommand command) {
        if (command.state() == State.WAITING) {
            finish(command, new Outcome.Refused(ErrorCode.CANCELLED.notExecuted("cancelled before it was started")));
        } else {
            stop(command);
        }
    }

    /** The command, of all attempts with this id, that took this leg. */
    private @Nullable RunningCommand find(String id, int leg) {
        RunningCommand first = commands.get(id);
        if (first != null && first.isOn(leg)) {
            return first;
        }
        for (RunningCommand command : commands.values()) {
            if (command.isOn(leg) && command.frame.id().equals(id)) {
                return command;
            }
        }
        return null;
    }

    @Override
    public void received(Frame.Item item) {
        RunningCommand command = find(item.id(), item.leg());
        HandlerStreams<?, ?> streams = command == null ? null : command.streams();
        if (command == null || streams == null) {
            observer.commandDropped("", Drop.AFTER_THE_END);
        } else if (!streams.received(item)) {
            finish(command, new Outcome.Refused(ItemReceiver.breach()));
        }
    }

    @Override
    public void received(Frame.Credit credit) {
        RunningCommand command = find(credit.id(), credit.leg());
        HandlerStreams<?, ?> streams = command == null ? null : command.streams();
        if (streams != null) {
            streams.received(credit);
        }
    }

    @Override
    public void writable() {
        for (RunningCommand command : List.copyOf(commands.values())) {
            HandlerStreams<?, ?> streams = command.streams();
            if (streams != null) {
                streams.writable();
            }
        }
    }

    void alarmRang(RunningCommand command) {
        if (command.state() == State.WAITING) {
            observer.commandDropped(command.frame.type(), Drop.EXPIRED);
            finish(
                    command,
                    new Outcome.Refused(ErrorCode.TIMEOUT.notExecuted("the deadline passed before it was started")));
        } else if (command.state() == State.RUNNING) {
            stop(command);
        } else {
            observer.handlerStuck(command.frame.type());
            finish(
                    command,
                    new Outcome.Refused(
                            ErrorCode.CANCELLED.unknown("its handler has not answered since it was cancelled")));
        }
    }

    private void expire(RunningCommand command) {
        observer.commandDropped(command.frame.type(), Drop.EXPIRED);
        finish(
                command,
                new Outcome.Refused(ErrorCode.TIMEOUT.notExecuted("the deadline passed before it was started")));
    }

    private void stop(RunningCommand command) {
        if (command.state() != State.RUNNING) {
            return;
        }
        command.moveTo(State.CANCELLED);
        session.loop().schedule(command.alarm(), nanoTime() + CANCEL_PATIENCE_NANOS);
        command.tellCancelled();
    }

    /** The channel is lost: what has not started is forgotten, as its sender sends it again or has given it up. */
    @Override
    public void suspend() {
        for (RunningCommand command : order.waiting()) {
            leave(command);
            memory.dropped(command.key);
            command.tellAskers(new Outcome.Refused(leftBehind()));
        }
        for (RunningCommand command : List.copyOf(commands.values())) {
            if (command.streams() != null) {
                stop(command); // its items are lost, and a caller that can start again starts anew
            }
        }
        if (questions != null) {
            questions.suspend();
        }
    }

    @Override
    public void leaveLoop() {
        commands.values().forEach(RunningCommand::cancelAlarm);
    }

    @Override
    public void enterLoop() {
        for (RunningCommand command : List.copyOf(commands.values())) {
            if (command.state() == State.CANCELLED) {
                session.loop().schedule(command.alarm(), nanoTime() + CANCEL_PATIENCE_NANOS);
            } else if (command.deadlineNanos != Frame.NO_DEADLINE) {
                session.loop().schedule(command.alarm(), command.deadlineNanos);
            }
        }
    }

    @Override
    public void cancelAll() {
        suspend();
        List.copyOf(commands.values()).forEach(this::stop);
    }
}
