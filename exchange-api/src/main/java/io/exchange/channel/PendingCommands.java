package io.exchange.channel;

import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.HealthCheck;
import io.exchange.api.Limits;
import io.exchange.channel.PendingCommand.State;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a session: the commands that this side sent and that have not ended. Reply, deadline, cancel and the
 * end of the session race for removing the entry; whoever removes it ends the command. Confined to the session's loop.
 */
final class PendingCommands {

    private final Map<String, PendingCommand> commands = new HashMap<>();
    private final SendQueue queue = new SendQueue();

    private final Session session;
    private final ExchangeObserver observer;
    private @Nullable ChannelEngine channel;
    private ChannelLimits limits = ChannelLimits.DEFAULT;
    private final AtomicInteger load = new AtomicInteger();
    private long accepted;
    private int inFlight;
    private final LargePayloads large = new LargePayloads();

    PendingCommands(Session session, ExchangeObserver observer) {
        this.session = session;
        this.observer = observer;
    }

    /** Commands that have not ended. May be asked from any thread. */
    int load() {
        return load.get();
    }

    /** Commands out on the present channel. */
    int inFlight() {
        return inFlight;
    }

    Session session() {
        return session;
    }

    @Nullable
    ChannelEngine channel() {
        return channel;
    }

    void accept(PendingCommand command, long now) {
        if (command.state == State.ENDED) {
            return;
        }
        if (now >= command.deadlineNanos) {
            end(command, late(command));
        } else if (!Limits.takesHeaders(command.headers)) {
            end(command, refused(Refusals.tooLongHeaders()));
        } else if (!put(command)) {
            end(
                    command,
                    refused(command.refusal(
                            ErrorCode.INVALID, "a command with id " + command.id() + " is on its way already")));
        } else {
            load.lazySet(commands.size());
            accepted++;
            command.number = accepted;
            command.enter(this);
            setDeadline(command);
            if (command.isCancelRequested()) {
                acceptCancelled(command);
            } else if (hasRoom(command)) {
                begin(command, now);
            }
        }
    }

    private void begin(PendingCommand command, long now) {
        if (channel != null && !channel.passesValues() && command.payload.isToBeEncodedElsewhere()) {
            encode(command);
        } else {
            place(command, now);
        }
    }

    /** What earlier legs may have started is told that nobody wants it any more, and nothing starts. */
    private void acceptCancelled(PendingCommand command) {
        cancel(command);
        if (command.cancelled && channel != null) {
            repeatCancel(command, channel);
        } else if (command.cancelled) {
            command.state = State.AWAITING;
        }
    }

    /** Of one id there is one. Gives whether this is it. */
    private boolean put(PendingCommand command) {
        PendingCommand before = commands.putIfAbsent(command.key(), command);
        if (before == null) {
            return true;
        }
        boolean isFree = makesWay(before, command);
        if (isFree) {
            commands.put(command.key(), command);
        }
        return isFree;
    }

    /**
     * What another node sends on makes way for what its own node sends after it. That, and what this node shares with others, makes way
     * for whoever goes on with it.
     */
    private boolean makesWay(PendingCommand before, PendingCommand command) {
        if (before.owner instanceof AskedElsewhere && command.owner instanceof AskedElsewhere) {
            withdraw(before); // it was asked for an earlier leg, the answer to which is not waited for any more
            return true;
        }
        if (before.owner instanceof RelayedCommand first
                && command.owner instanceof RelayedCommand next
                && first.isGivenUpFor(next)) {
            withdraw(before);
            return true;
        }
        boolean mayBe = before.owner instanceof RelayedCommand || before.isShared();
        boolean isGoneOnWith = mayBe && command.goesOnWith(before);
        if (isGoneOnWith) { // its owner still waits, and hears at once that this path will not tell it more
            closeStreams(before);
            finish(before, refused(ErrorCode.INVALID.unknown("another sender goes on with command " + command.id())));
        }
        return isGoneOnWith;
    }

    /** Encodes a large payload on another thread, while the command has its place in the queue. */
    private void encode(PendingCommand command) {
        if (!command.isRepeat() && !mayQueue()) {
            finish(command, refused(exhausted(command)));
            return;
        }
        command.state = State.ENCODING;
        queue.add(command);
        session.loop().offload(() -> encodeQuietly(command.payload), () -> session.execute(() -> encoded(command)));
    }

    private void encoded(PendingCommand command) {
        if (commands.get(command.key()) == command && command.state == State.ENCODING && hasRoom(command)) {
            command.state = State.QUEUED;
        }
        pump();
    }

    static void encodeQuietly(Payload payload) {
        try {
            payload.bytes();
        } catch (ExchangeException e) {
            // said again, and then acted upon, when it is checked before it is sent
        }
    }

    private void place(PendingCommand command, long now) {
        if (command.isRepeat() && channel == null) {
            command.state = State.AWAITING; // as if it had been here when the channel was lost, and so without a bound
        } else if (command.isRepeat()) {
            if (queue.isRepeatHeld(command)) {
                command.state = State.QUEUED;
                queue.add(command); // it had its place before
            } else {
                transmit(command, Objects.requireNonNull(channel), now);
            }
        } else if ((queue.isEmpty() && mayTransmit() && !queue.isHeld(command)) || passesAll(command)) {
            transmit(command, Objects.requireNonNull(channel), now);
        } else if (mayQueue()) {
            command.state = State.QUEUED;
            queue.add(command);
            pump(); // all that are before it may wait for their order keys or for being encoded
        } else {
            finish(command, refused(exhausted(command)));
        }
    }

    private ExchangeException exhausted(PendingCommand command) {
        return Refusals.soonAgain(command.refusal(
                ErrorCode.EXHAUSTED,
                inFlight + " commands are in flight on the channel and " + queue.size() + " queued"));
    }

    /** Whether its payload, if that is large and known, has room; if not, the command ends. */
    private boolean hasRoom(PendingCommand command) {
        boolean admitted = large.admit(command, limits);
        if (!admitted) {
            finish(command, refused(Refusals.soonAgain(large.tooMuch(command))));
        }
        return admitted;
    }

    /** Whether one more may wait; places that are free count, as what waits for something else leaves them to others. */
    private boolean mayQueue() {
        int free = mayTransmit() ? limits.maxInFlight() - inFlight : 0;
        return queue.size() < limits.maxQueued() + free;
    }

    /** Being asked for one's health does not wait for a place: whoever is busy is not mute. The receiver takes so many. */
    private boolean passesAll(PendingCommand command) {
        return command.type.equals(HealthCheck.TYPE.name())
                && channel != null
                && channel.takesCommands()
                && inFlight < limits.maxInFlight() + limits.maxQueued();
    }

    private boolean mayTransmit() {
        return channel != null && inFlight < limits.maxInFlight() && channel.takesCommands();
    }

    private void transmit(PendingCommand command, ChannelEngine over, long now) {
        if (now >= command.deadlineNanos) {
            finish(command, late(command)); // its alarm may ring a little late
            return;
        }
        try {
            over.check(command.payload);
        } catch (ExchangeException e) { // of a repeat that this channel does not take, an earlier leg may have run
            finish(command, refused(command.wasSent() ? e.code().unknown(e.text()) : e));
            return;
        }
        if (!hasRoom(command)) {
            return;
        }
        boolean repeat = command.isRepeat();
        command.state = State.SENT;
        inFlight++;
        send(command, over, now);
        observer.commandSent(command.type, repeat);
    }

    private void send(PendingCommand command, ChannelEngine over, long now) {
        Frame.Command leg = command.nextLeg(now, over.id());
        if (over.sendsInFragments(leg.payload())) {
            queue.hold(command); // what has the same order key must not overtake the fragments
            over.send(leg, () -> {
                queue.release(command);
                if (command.leg() == leg.leg() && command.state == State.SENT) {
                    open(command);
                }
                pump();
            });
        } else {
            over.send(leg);
            open(command);
        }
    }

    /** Items and credit may follow a command that has been sent whole. */
    private static void open(PendingCommand command) {
        CommandStreams streams = command.streams();
        if (streams != null) {
            streams.opened();
        }
    }

    /** Sends what waits while there are places for it, passing over what cannot go yet. */
    void pump() {
        while (!queue.isEmpty() && mayTransmit()) {
            PendingCommand next = queue.takeFirst();
            if (next == null) {
                return;
            }
            if (next.cancelled) {
                repeatCancel(next, Objects.requireNonNull(channel));
            } else {
                transmit(next, Objects.requireNonNull(channel), session.loop().nanoTime());
            }
        }
    }

    /** Only the cancel goes again: the command itself must not start now. */
    private void repeatCancel(PendingCommand command, ChannelEngine over) {
        command.state = State.SENT;
        inFlight++;
        over.send(command.cancelOfEarlierLegs());
    }

    /** The connection can take more again. */
    void writable() {
        for (PendingCommand command : withStreams()) {
            Objects.requireNonNull(command.streams()).writable();
        }
        pump();
    }

    private List<PendingCommand> withStreams() {
        List<PendingCommand> found = new ArrayList<>(0);
        for (PendingCommand command : commands.values()) {
            if (command.streams() != null) {
                found.add(command);
            }
        }
        return found;
    }

    void received(Frame.Item item) {
        PendingCommand command = commands.get(item.id());
        CommandStreams streams = command == null ? null : command.streams();
        if (command == null || streams == null || item.leg() != command.leg()) {
            observer.commandDropped("", ExchangeObserver.Drop.AFTER_THE_END);
        } else if (!streams.received(item)) {
            tellCancelled(command);
            finish(command, refused(ItemReceiver.breach()));
        }
    }

    void received(Frame.Credit credit) {
        PendingCommand command = commands.get(credit.id());
        CommandStreams streams = command == null ? null : command.streams();
        if (command != null && streams != null && credit.leg() == command.leg()) {
            streams.received(credit);
        }
    }

    void replied(Frame.Reply reply) {
        boolean isOfHandler =
                !(reply.outcome() instanceof Outcome.Refused) && !(reply.outcome() instanceof Outcome.NotHere);
        PendingCommand command = isOfHandler ? commands.remove(reply.id()) : commands.get(reply.id());
        if (command == null) {
            observer.commandDropped("", ExchangeObserver.Drop.AFTER_THE_END);
        } else if (isOfHandler) {
            leave(command);
            end(command, reply.outcome());
            pump();
        } else if (reply.outcome() instanceof Outcome.NotHere missed) {
            if (reply.leg() == command.leg()) {
                notHere(command, missed.sent());
                pump();
            }
        } else if (reply.outcome() instanceof Outcome.Refused refused && reply.leg() == command.leg()) {
            refused(command, refused);
            pump();
        }
    }

    private void refused(PendingCommand command, Outcome.Refused outcome) {
        ExchangeException refusal = outcome.cause();
        boolean isForAnother = refusal.execution() == Execution.NOT_EXECUTED
                && (refusal.code() == ErrorCode.NOT_PRIMARY
                        || refusal.code() == ErrorCode.STALE_TERM
                        || (refusal.code() == ErrorCode.EXHAUSTED && command.onward() != null));
        if (isForAnother) {
            command.wasNotRun();
        }
        boolean mayGoAgain = isForAnother && !command.cancelled && isAtStart(command);
        if (!mayGoAgain || !handBack(command, () -> command.owner.retries(command, refusal))) {
            finish(command, outcome);
        }
    }

    private static boolean isAtStart(PendingCommand command) {
        CommandStreams streams = command.streams();
        return streams == null || streams.isAtStart();
    }

    /** The node at the other end does not have the session, so the owner looks for it elsewhere. */
    private void notHere(PendingCommand command, boolean sent) {
        if (!sent) {
            command.wasNotDelivered();
        }
        if (command.onward() == null || !handBack(command)) {
            String message = "the session that the command was sent to is gone";
            finish(
                    command,
                    refused(
                            command.wasSent()
                                    ? ErrorCode.CHANNEL_CLOSED.unknown(message)
                                    : ErrorCode.NO_CHANNEL.notExecuted(message)));
        }
    }

    /** Forgets a command whose owner is gone; what it does at its handler it goes on doing. */
    void withdraw(PendingCommand command) {
        if (commands.get(command.key()) == command) {
            closeStreams(command);
            forget(command);
            command.state = State.ENDED;
            pump();
        }
    }

    private void closeStreams(PendingCommand command) {
        if (command.streams() != null) {
            tellCancelled(command); // nobody reads its items any more
        }
    }

    /** Nobody wants the answer any more; what the handler has to say is waited for a while. */
    void cancel(PendingCommand command) {
        if (commands.get(command.key()) != command || command.cancelled) {
            return;
        }
        if (!command.wasSent() || isCutOff(command)) {
            finish(command, refused(ErrorCode.CANCELLED.notExecuted("cancelled before it was sent")));
            pump();
            return;
        }
        command.cancelled = true;
        command.alarm.cancel();
        setDeadline(command);
        tellCancelled(command);
    }

    /** Whether its payload was still on the way, for the first time, and has been cut off now. */
    private boolean isCutOff(PendingCommand command) {
        return channel != null && channel.giveUp(command.key()) && command.isOnItsOnlyLeg();
    }

    private void tellCancelled(PendingCommand command) {
        if (channel != null && command.state == State.SENT) {
            channel.giveUp(command.key());
            channel.send(command.cancelOfThisLeg());
        }
    }

    void alarmRang(PendingCommand command) {
        if (command.cancelled) {
            finish(command, refused(ErrorCode.CANCELLED.unknown("cancelled, and the handler has not answered since")));
        } else {
            tellCancelled(command);
            finish(command, late(command));
        }
        pump();
    }

    /** The channel is lost, and the session waits for another. */
    void suspend() {
        channel = null;
        queue.releaseAll();
        for (PendingCommand command : inOrder()) {
            if (command.state == State.SENT) {
                lose(command);
            }
        }
        inFlight = 0;
    }

    /** All, in the order in which they were accepted. */
    private List<PendingCommand> inOrder() {
        List<PendingCommand> all = new ArrayList<>(commands.values());
        all.sort(Comparator.comparingLong(command -> command.number));
        return all;
    }

    private void lose(PendingCommand command) {
        CommandStreams streams = command.streams();
        if (!command.cancelled && command.mayStartAnew() && handBack(command)) {
            return; // of one that was cancelled the handler hears over the next channel
        }
        if (command.delivery == Delivery.AT_MOST_ONCE || streams != null) {
            finish(command, refused(ErrorCode.CHANNEL_CLOSED.unknown("the channel was lost before the reply came")));
        } else {
            command.state = State.AWAITING;
        }
    }

    private boolean handBack(PendingCommand command) {
        return handBack(command, () -> command.owner.takesBack(command));
    }

    private boolean handBack(PendingCommand command, BooleanSupplier isTaken) {
        State before = command.state;
        boolean wasCancelled = command.cancelled;
        forget(command);
        command.state = State.LOOSE;
        command.cancelled = false; // until the next path has told its handler
        command.enter(null);
        if (isTaken.getAsBoolean()) {
            return true;
        }
        command.cancelled = wasCancelled;
        command.state = before == State.SENT ? State.AWAITING : before; // its place in flight is given back already
        command.enter(this);
        commands.put(command.key(), command);
        load.lazySet(commands.size());
        setDeadline(command);
        return false;
    }

    /** The session moves to another loop; called on the old one, and {@link #enterLoop} follows on the new one. */
    void leaveLoop() {
        commands.values().forEach(command -> command.alarm.cancel());
    }

    void enterLoop() {
        commands.values().forEach(this::setDeadline);
    }

    /** The session has a channel: what was sent before is sent again, then what waits. */
    void resume(ChannelEngine newChannel) {
        channel = newChannel;
        limits = newChannel.limits();
        List<PendingCommand> awaiting = new ArrayList<>();
        for (PendingCommand command : commands.values()) {
            if (command.state == State.AWAITING) {
                awaiting.add(command);
            }
        }
        awaiting.sort(Comparator.comparingLong((PendingCommand command) -> command.number)
                .reversed());
        for (PendingCommand command : awaiting) {
            command.state = State.QUEUED;
            queue.addFirst(command); // before what was never sent, and in the order of the first time
        }
        pump();
    }

    /** The session is over. */
    void end(ErrorCode code, String why) {
        channel = null;
        for (PendingCommand command : inOrder()) {
            if (commands.get(command.key()) == command && !handBack(command)) {
                finish(command, refused(command.refusal(code, why)));
            }
        }
        inFlight = 0;
    }

    private void setDeadline(PendingCommand command) {
        long due = command.dueNanos();
        if (due != Frame.NO_DEADLINE && !command.alarm.isScheduled()) {
            session.loop().schedule(command.alarm, due);
        }
    }

    private void finish(PendingCommand command, Outcome outcome) {
        forget(command);
        end(command, outcome);
    }

    private void forget(PendingCommand command) {
        commands.remove(command.key());
        leave(command);
    }

    private void leave(PendingCommand command) {
        load.lazySet(commands.size());
        command.alarm.cancel();
        queue.release(command);
        large.release(command);
        if (command.state == State.SENT) {
            inFlight--;
        } else if (command.state == State.QUEUED || command.state == State.ENCODING) {
            queue.remove(command);
        }
    }

    private static void end(PendingCommand command, Outcome said) {
        Outcome outcome = command.truth(said);
        command.state = State.ENDED;
        command.owner.ended(command, outcome);
        CommandStreams streams = command.streams();
        if (streams != null) {
            streams.ended(outcome);
        }
    }

    /** Ends a command that is on no path. */
    static void refuse(PendingCommand command, ErrorCode code, String text) {
        end(command, refused(command.refusal(code, text)));
    }

    private static Outcome late(PendingCommand command) {
        return refused(Refusals.late(command));
    }

    private static Outcome refused(ExchangeException cause) {
        return new Outcome.Refused(cause);
    }
}
