package io.exchange.channel;

import io.exchange.api.Channel;
import io.exchange.api.CloseReason;
import io.exchange.api.Command;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.ReplyMemory;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamType;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One process life of a connector, seen from one end. It outlives its channels: it owns the commands that wait for their
 * outcome, the handlers that run and the replies that are remembered, and takes them from channel to channel.
 *
 * <p>Confined to the loop of its present channel, or of its last one; {@link #moveTo} changes the loop. Methods that do not
 * say otherwise are called on that loop.
 */
public final class Session {

    /** The life of a session. */
    public enum State {
        /** It has a channel. */
        ATTACHED,
        /** It waits for its first or its next channel. */
        SUSPENDED,
        /** Another node has it: this one only knows what became of the commands that came here. */
        MOVED,
        /** Over. */
        ENDED
    }

    /**
     * What a session is made with.
     *
     * @param id its id
     * @param handlers what this end answers
     * @param maxConcurrent how many handlers may run at a time; 1 is strictly one after the other, 0 any number
     * @param observer told of what happens
     * @param ids gives ids to commands
     * @param fence asked about commands that carry a term
     * @param elsewhere knows the node that a repeated command came to first
     * @param memory how much is remembered of how commands ended
     */
    public record Setup(
            String id,
            Handlers handlers,
            int maxConcurrent,
            ExchangeObserver observer,
            CommandIds ids,
            Fence fence,
            Elsewhere elsewhere,
            ReplyMemory memory) {

        /** For a side that every command comes to first, and that remembers what is usual. */
        public Setup(
                String id,
                Handlers handlers,
                int maxConcurrent,
                ExchangeObserver observer,
                CommandIds ids,
                Fence fence) {
            this(id, handlers, maxConcurrent, observer, ids, fence, Elsewhere.NOWHERE, ReplyMemory.DEFAULT);
        }
    }

    private final Setup setup;
    private final PendingCommands pending;
    private final CommandReceiver receiver;
    private final Mailbox<Runnable> mailbox;
    private final AtomicInteger arriving = new AtomicInteger();
    private volatile Loop loop;
    private volatile State state = State.SUSPENDED;
    private volatile @Nullable ChannelEngine channel;

    /**
     * A session without a channel.
     *
     * @param setup what it is made with
     * @param loop its first loop; the caller is on it
     * @param firstLife whether the session starts with this object, so that no command of it can have come before
     */
    public Session(Setup setup, Loop loop, boolean firstLife) {
        this(setup, loop, session -> {
            RememberedReplies memory = new RememberedReplies(setup.memory(), loop.nanoTime());
            if (firstLife) {
                memory.coverEverything();
            }
            return new CommandDispatcher(session, setup.handlers(), setup.observer(), setup.maxConcurrent(), memory);
        });
    }

    /**
     * A session between two nodes: what comes on it is sent on to other sessions.
     *
     * @param setup what it is made with
     * @param peer the node at the other end
     * @param loop its first loop; the caller is on it
     * @param sessions finds the sessions of this node
     * @return the session
     */
    public static Session relaying(Setup setup, String peer, Loop loop, Relay.Sessions sessions) {
        return new Session(setup, loop, session -> new Relay(session, peer, sessions, setup.observer()));
    }

    private Session(Setup setup, Loop loop, Function<Session, CommandReceiver> receiver) {
        this.setup = setup;
        this.loop = loop;
        this.pending = new PendingCommands(this, setup.observer());
        this.receiver = receiver.apply(this);
        this.mailbox = new Mailbox<>(task -> this.loop.execute(task), () -> this.loop.inLoop(), Runnable::run);
    }

    /**
     * The id. May be asked from any thread.
     *
     * @return the session id
     */
    public String id() {
        return setup.id();
    }

    /**
     * Where it stands. May be asked from any thread.
     *
     * @return the state
     */
    public State state() {
        return state;
    }

    /**
     * Commands that were sent on this session and have not ended. May be asked from any thread.
     *
     * @return their number
     */
    public int load() {
        return arriving.get() + pending.load();
    }

    /**
     * The loop that it is confined to at the moment. May be asked from any thread.
     *
     * @return the loop
     */
    public Loop loop() {
        return loop;
    }

    /**
     * The present channel, or the last one. May be asked from any thread.
     *
     * @return the channel
     * @throws IllegalStateException if there has been none yet
     */
    public ChannelEngine channel() {
        ChannelEngine current = channel;
        if (current == null) {
            throw new IllegalStateException("session " + id() + " has had no channel yet");
        }
        return current;
    }

    /**
     * Whether this is the channel that carries the session now. May be asked from any thread.
     *
     * @param candidate the channel
     * @return whether it is
     */
    public boolean isCarriedBy(ChannelEngine candidate) {
        return channel == candidate && state == State.ATTACHED;
    }

    /**
     * Runs a task on the session's loop: at once if the caller is on it, else later, in the caller's order. Any thread.
     *
     * @param task the task
     */
    public void execute(Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            mailbox.put(task);
        }
    }

    /**
     * Sends a command on this session. Any thread.
     *
     * @param command the command
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the call, as {@link Channel#call(Command)} promises it
     */
    public <Q, A> PendingReply<A> call(Command<Q, A> command) {
        PendingReply<A> reply = pending(command);
        submit(reply.command());
        return reply;
    }

    /**
     * Sends a command that carries items on this session. Any thread.
     *
     * @param type the type
     * @param command a command of that type
     * @param <Q> the type of the request
     * @param <U> the type of the items to the handler
     * @param <D> the type of the items to the caller
     * @param <A> the type of the answer
     * @return the call
     */
    public <Q, U, D, A> StreamCall<U, D, A> open(StreamType<Q, U, D, A> type, Command<Q, A> command) {
        PendingReply<A> reply = pending(command);
        StreamCall<U, D, A> call = reply.withStreams(type);
        submit(reply.command());
        return call;
    }

    private <Q, A> PendingReply<A> pending(Command<Q, A> command) {
        return new PendingReply<>(setup.ids(), command, loop, setup.observer(), PendingReply.Rerouter.NONE);
    }

    /**
     * Puts a command on this session. Any thread.
     *
     * @param command the command, on no other path
     */
    public void submit(PendingCommand command) {
        if (loop.inLoop() && mailbox.isEmpty()) { // what the caller has sent before the session came here goes first
            accept(command, loop.nanoTime());
        } else {
            arriving.incrementAndGet();
            mailbox.put(() -> {
                arriving.decrementAndGet();
                accept(command, loop.nanoTime());
            });
        }
    }

    private void accept(PendingCommand command, long now) {
        if (state == State.ATTACHED || state == State.SUSPENDED) {
            pending.accept(command, now);
        } else if (!command.owner.takesBack(command)) {
            PendingCommands.refuse(command, ErrorCode.CHANNEL_CLOSED, "the session has ended");
        }
    }

    /**
     * Leaves the channel, if there is one, and goes to another loop. Another move may overtake this one, and then the
     * session has left the new loop again when {@code then} is called. Any thread.
     *
     * @param newLoop the loop of the channel that is to carry it next
     * @param then called on the new loop
     */
    public void moveTo(Loop newLoop, Runnable then) {
        execute(() -> {
            suspend();
            pending.leaveLoop();
            receiver.leaveLoop();
            loop = newLoop;
            if (newLoop.inLoop()) {
                arrive(then);
            } else {
                newLoop.execute(() -> arrive(then));
            }
        });
    }

    /** Deadlines go on at once: whether the channel that is to carry the session still lives is not known yet. */
    private void arrive(Runnable then) {
        if (loop.inLoop()) { // else it has gone on to a third loop already
            pending.enterLoop();
            receiver.enterLoop();
        }
        then.run();
    }

    /** A channel carries the session from now on: what was out is sent again, then what waits. */
    void attach(ChannelEngine newChannel) {
        channel = newChannel;
        moveTo(State.ATTACHED);
        pending.resume(newChannel);
    }

    /** The channel is lost or left, and the session waits for another. Does nothing unless it is attached. */
    public void suspend() {
        if (state == State.ATTACHED) {
            moveTo(State.SUSPENDED);
            Objects.requireNonNull(channel).leave();
            receiver.suspend();
            pending.suspend();
        }
    }

    /** The grace is over and the session goes on waiting: handlers that run are told that nobody waits for them. */
    public void cancelHandlers() {
        receiver.cancelAll();
    }

    /**
     * Another node has the session: commands that wait go back to their owners, handlers that run go on, as that node may ask
     * what became of them. Does nothing unless the session waits for a channel.
     */
    public void moveAway() {
        if (state == State.SUSPENDED) {
            moveTo(State.MOVED);
            pending.end(ErrorCode.CHANNEL_CLOSED, "the session has gone to another node");
        }
    }

    /** A node that has, or had, the session after this one asks what became of a command. */
    void asked(Frame.Command repeat, long delayNanos, Consumer<Outcome> answer) {
        boolean isBack = isBackSince(repeat.onward());
        if (state == State.ATTACHED && !isBack) { // whatever came by the old channel is over
            channel().abort(CloseReason.of(CloseReason.Code.SUPERSEDED, "the session is on another node"));
            suspend(); // at once: what waits here is not run here any more
        }
        if (receiver instanceof CommandDispatcher dispatcher && state != State.ENDED) {
            dispatcher.asked(repeat, delayNanos, loop.nanoTime(), isBack, answer);
        } else {
            answer.accept(new Outcome.NotHere(true));
        }
    }

    /** Whether the session has come here by a later attach than to the node that asks. */
    private boolean isBackSince(Frame.@Nullable Onward question) {
        ChannelEngine last = channel;
        return question != null && last != null && last.attachNumber() > question.attachNumber();
    }

    /**
     * The session is over: commands that wait end, handlers that run are cancelled.
     *
     * @param code what the commands end with
     * @param why for people
     */
    public void end(ErrorCode code, String why) {
        if (state != State.ENDED) {
            suspend();
            moveTo(State.ENDED);
            receiver.cancelAll();
            pending.end(code, why);
            setup.observer().sessionEnded(id());
        }
    }

    private void moveTo(State next) {
        state = next;
    }

    /** Whether nothing is out in either direction. */
    boolean isIdle() {
        return pending.inFlight() == 0 && receiver.size() == 0;
    }

    /** Something has ended; a channel that drains may be done. */
    void mayBeIdle() {
        if (state == State.ATTACHED) {
            Objects.requireNonNull(channel).mayBeDrained();
        }
    }

    /** Sends a frame if there is a channel; what is an answer is remembered and asked for again if there is not. */
    void send(Frame frame) {
        if (state == State.ATTACHED) {
            Objects.requireNonNull(channel).send(frame);
        }
    }

    /** The same, telling when a large payload has been sent. */
    void send(Frame frame, Runnable sent) {
        if (state == State.ATTACHED) {
            Objects.requireNonNull(channel).send(frame, sent);
        }
    }

    /** Encodes a payload if the channel needs it and checks its size. */
    void check(Payload payload) {
        ChannelEngine current = channel;
        if (current != null) {
            current.check(payload);
        }
    }

    boolean passesValues() {
        ChannelEngine current = channel;
        return current != null && current.passesValues();
    }

    Elsewhere elsewhere() {
        return setup.elsewhere();
    }

    Fence fence() {
        return setup.fence();
    }

    ChannelLimits limits() {
        ChannelEngine current = channel;
        return current == null ? ChannelLimits.DEFAULT : current.limits();
    }

    void writable() {
        pending.writable();
        receiver.writable();
    }

    void received(Frame.Command frame, long delayNanos, long now) {
        receiver.received(frame, delayNanos, now);
    }

    void received(Frame.Reply frame) {
        pending.replied(frame);
        mayBeIdle();
    }

    void received(Frame.Message frame) {
        receiver.received(frame);
    }

    void received(Frame.Cancel frame) {
        receiver.cancel(frame);
    }

    void received(Frame.Item frame) {
        if (frame.up()) {
            receiver.received(frame);
        } else {
            pending.received(frame);
        }
    }

    void received(Frame.Credit frame) {
        if (frame.up()) {
            pending.received(frame);
        } else {
            receiver.received(frame);
        }
    }

    /** Why a closed channel ended the session, for {@link #end}. */
    public static String because(CloseReason reason) {
        return "the channel was closed: " + reason;
    }
}
